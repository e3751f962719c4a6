#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What Prometheus' own client library reads out of metrics on standard input.

    samples.py NAME [LABEL=VALUE...]   the sum of the samples that match; "none" if there is none
    samples.py --names                 every metric's name, one a line, as PromQL knows it
    samples.py --values NAME LABEL     every value of a label
    --openmetrics, first, says that this is what the input is; else it is the text format

Numbers are printed as integers where they are."""
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text


def read(parser):
    families = list(parser(sys.stdin.read()))
    names = [family.name for family in families]
    assert len(names) == len(set(names)), "a metric family stands there twice"
    seen = set()
    for family in families:
        assert family.documentation.endswith("."), f"{family.name}: no sentence says what it is"
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in seen, f"twice: {key}"
            seen.add(key)
    return families


def names_of(family):
    suffixes = {"counter": ["_total"], "info": ["_info"], "histogram": ["_bucket", "_sum", "_count"]}
    for suffix in suffixes.get(family.type, [""]):
        yield family.name + ("" if family.name.endswith(suffix) else suffix)


def matches(sample, name, labels):
    return sample.name == name and all(sample.labels.get(key, "") == value for key, value in labels)


def main():
    words = sys.argv[1:]
    parser = text
    if words[0] == "--openmetrics":
        parser = openmetrics
        words.pop(0)
    families = read(parser)
    if words[0] == "--names":
        print("\n".join(sorted(name for family in families for name in names_of(family))))
        return
    samples = [sample for family in families for sample in family.samples]
    if words[0] == "--values":
        print("\n".join(sorted({sample.labels[words[2]] for sample in samples
                                if sample.name == words[1]})))
        return
    labels = [word.split("=", 1) for word in words[1:]]
    found = [sample.value for sample in samples if matches(sample, words[0], labels)]
    total = sum(found)
    print("none" if not found else int(total) if total == int(total) else total)


main()
