#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The exporter behind a web configuration: TLS, client certificates of every kind, passwords,
# guessed passwords, and a reload that keeps what works.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR source=exporter.sh
. "$(dirname "$0")/exporter.sh"
command -v openssl >/dev/null || skip "openssl is not installed"
new_lab
cd "$TMP"
TLS_URL=https://127.0.0.1:11007/healthz

# --- certificates: an authority, a server, a client, and a stranger ----------------------------

key() { openssl ecparam -genkey -name prime256v1 -out "$1.key" 2>/dev/null; }

self_signed() { # NAME
	key "$1"
	openssl req -x509 -new -key "$1.key" -days 2 -subj "/CN=$1" -out "$1.pem"
}

signed() { # NAME KIND AUTHORITY
	key "$1"
	openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
	printf 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=%sAuth\n' "$2" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 2 \
		-extfile "$1.ext" -out "$1.pem" 2>/dev/null
}

self_signed authority
self_signed stranger
signed server server authority
signed client client authority
hash() { # PASSWORD, at the lowest cost
	/usr/bin/python3 -W ignore -c "
import crypt
print(crypt.crypt('$1', crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16)))"
}

tls_config() { # [MORE LINES...]
	printf 'tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n' >web.yml
	[ $# -eq 0 ] || printf '  %s\n' "$@" >>web.yml
}

# --- TLS ---------------------------------------------------------------------------------------

curl_status() { status_of --cacert authority.pem "$@" $TLS_URL; }
with() { curl_status --cert "$1.pem" --key "$1.key"; }

# client_auth TYPE NONE CLIENT SERVER STRANGER: the status that a client gets with no certificate,
# with its own, with one for servers, with one of another authority. 000: there was no TLS.
client_auth() {
	tls_config "client_ca_file: authority.pem" "client_auth_type: $1"
	exporter_start --web.config.file web.yml
	equal "$1, no certificate" "$2" "$(curl_status)"
	equal "$1, the client's" "$3" "$(with client)"
	equal "$1, a server's" "$4" "$(with server)"
	equal "$1, a stranger's" "$5" "$(with stranger)"
	equal "$1, TLS 1.2" "$3" "$(curl_status --tls-max 1.2 --cert client.pem --key client.key)"
	exporter_stop
}

client_auth RequestClientCert 200 200 200 200
client_auth RequireAnyClientCert 000 200 200 200
client_auth VerifyClientCertIfGiven 200 200 000 000
client_auth RequireAndVerifyClientCert 000 200 000 000

tls_config
exporter_start --web.config.file web.yml
grep -q 'listening on https://127.0.0.1:11007/metrics' exporter || fail "does not say https"
equal "TLS 1.3" 200 "$(curl_status --tlsv1.3)"
equal "TLS 1.2" 200 "$(curl_status --tls-max 1.2)"
equal "TLS 1.1" 000 "$(curl_status --tls-max 1.1)"
equal "without knowing the authority" 000 "$(status_of $TLS_URL)"
equal "plain HTTP at the TLS port" 000 "$(status_of $URL/healthz)"
equal "the metrics" 1 "$(get --cacert authority.pem https://127.0.0.1:11007/metrics |
	"$SAMPLES" xdp_echo_build_info)"
exporter_stop
tls_config 'min_version: TLS13'
exporter_start --web.config.file web.yml
equal "TLS 1.2 where 1.3 is the least" 000 "$(curl_status --tls-max 1.2)"
equal "TLS 1.3 where it is the least" 200 "$(curl_status)"

# --- a reload ----------------------------------------------------------------------------------

serial() {
	lab_host openssl s_client -connect 127.0.0.1:11007 </dev/null 2>/dev/null |
		openssl x509 -noout -serial
}

before=$(serial)
signed server server authority
kill -HUP "$EXPORTER"
eventually grep -q '^xdp-echo: reloaded' exporter || fail "does not reload: $(cat exporter)"
[ "$(serial)" != "$before" ] || fail "still shows the old certificate"
before=$(serial)
cp client.key server.key
kill -HUP "$EXPORTER"
eventually grep -q 'not reloaded: .*cert_file and key_file' exporter ||
	fail "takes a key that belongs to another certificate: $(cat exporter)"
equal "the certificate after a reload that failed" "$before" "$(serial)"
exporter_stop

# --- passwords ---------------------------------------------------------------------------------

printf 'basic_auth_users:\n  alice: %s\n  bob: %s\n' "$(hash secret)" "$(hash 'ü: "x"')" >web.yml
exporter_start --web.config.file web.yml
page() { status_of "$@" $URL/healthz; }
equal "no password" 401 "$(page)"
get -D - -o /dev/null $URL/healthz | grep -q '^WWW-Authenticate: Basic realm=' || fail "does not ask"
equal "alice" 200 "$(page -u alice:secret)"
equal "bob" 200 "$(page -u 'bob:ü: "x"')"
equal "alice with bob's" 401 "$(page -u 'alice:ü: "x"')"
equal "nobody" 401 "$(page -u nobody:secret)"
equal "no name" 401 "$(page -u :secret)"
equal "another scheme" 401 "$(page -H 'Authorization: Bearer secret')"
equal "not base64" 401 "$(page -H 'Authorization: Basic ????')"
equal "metrics without a password" 401 "$(status_of $URL/metrics)"
equal "metrics with one" 200 "$(status_of -u alice:secret $URL/metrics)"
for n in {1..20}; do page -u "alice:guess$n"; echo; done >guesses
grep -q '^429$' guesses || fail "20 guesses were all checked: $(sort guesses | uniq -c)"
! grep -q '^200$' guesses || fail "a guess was taken"
equal "alice, after all the guesses" 200 "$(page -u alice:secret)"

printf 'basic_auth_users:\n  alice: %s\n' "$(hash changed)" >web.yml
kill -HUP "$EXPORTER"
eventually grep -q '^xdp-echo: reloaded' exporter || fail "does not reload: $(cat exporter)"
[ "$(page -u alice:secret)" != 200 ] || fail "takes a password that was changed"
new_password_works() { [ "$(page -u alice:changed)" = 200 ]; }
eventually new_password_works || fail "does not take the new password"
exporter_stop

# --- headers, and what is refused --------------------------------------------------------------

printf 'http_server_config:\n  headers:\n    X-Frame-Options: DENY\n' >web.yml
exporter_start --web.config.file web.yml
get -D - -o /dev/null $URL/ | grep -q '^X-Frame-Options: DENY' || fail "the header is missing"
exporter_stop

refuses() { # PATTERN
	! lab_host timeout 10 "$XDP_ECHO" exporter --web.config.file web.yml 2>err || fail "takes $1"
	grep -q "$1" err || fail "does not say '$1': $(cat err)"
}

tls_config 'cipher_suites: [x]'
refuses 'web.yml:4: cipher_suites is not supported by this exporter'
tls_config
refuses 'cert_file and key_file: ' # the key that is another's
echo nonsense >server.pem
refuses 'cert_file and key_file: '
rm server.key
refuses 'server.key: No such file or directory'
