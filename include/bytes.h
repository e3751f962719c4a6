/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bytes.h - loads, stores and byte order, the same in the kernel and outside.
 *
 * The BPF verifier wants one load per field; a C compiler wants no misaligned
 * pointer. Both get what they want from the same names. xe_load_again() is for
 * what has been loaded before, and would be kept on the stack until now.
 */
#ifndef XE_BYTES_H
#define XE_BYTES_H

#ifdef __BPF__
#define XE_INLINE inline __attribute__((always_inline))
#define xe_load(type, p) (*(const type *)(p))
#define xe_store(type, p, v) (*(type *)(p) = (v))
#define xe_load_again(type, p) (*(const volatile type *)(p))
#else
#include <linux/types.h>
#include <stdbool.h>
#include <string.h>
#define XE_INLINE inline __attribute__((always_inline))
#define xe_load(type, p)                                                                           \
	({                                                                                         \
		type v_;                                                                           \
		memcpy(&v_, (p), sizeof(v_));                                                      \
		v_;                                                                                \
	})
#define xe_store(type, p, v)                                                                       \
	({                                                                                         \
		type v_ = (v);                                                                     \
		memcpy((p), &v_, sizeof(v_));                                                      \
	})
#define xe_load_again(type, p) xe_load(type, p)
#endif

/*
 * A word of a TTL, the protocol and the header checksum (RFC 791): what one off the TTL adds
 * to it, if the checksum's sum has no carry.
 *
 * xe_first_six_bytes() of a loaded word: a word that in memory has two bytes of zero, then
 * the six. Its head are the first four of the six, its tail the last two.
 */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define xe_wire16(x) ((__u16)__builtin_bswap16(x))
#define xe_wire32(x) ((__u32)__builtin_bswap32(x))
#define xe_wire64(x) __builtin_bswap64(x)
#define xe_first_byte32(x) ((__u8)(x))
#define xe_first_byte64(x) ((__u8)(x))
#define xe_first_six_bytes(x) ((x) << 16)
#define xe_six_bytes_head(x) ((__u32)((x) >> 16))
#define xe_six_bytes_tail(x) ((__u16)((x) >> 48))
#define XE_TTL_WORD_STEP 0xffffU
#define xe_ttl_word_carries(x) ((x) >= 0xfffe0000U)
#else
#define xe_wire16(x) ((__u16)(x))
#define xe_wire32(x) ((__u32)(x))
#define xe_wire64(x) ((__u64)(x))
#define xe_first_byte32(x) ((__u8)((x) >> 24))
#define xe_first_byte64(x) ((__u8)((x) >> 56))
#define xe_first_six_bytes(x) ((x) >> 16)
#define xe_six_bytes_head(x) ((__u32)((x) >> 16))
#define xe_six_bytes_tail(x) ((__u16)(x))
#define XE_TTL_WORD_STEP (0x100U - 0x1000000U)
#define xe_ttl_word_carries(x) ((__u16)(x) >= 0xfeffU)
#endif

/*
 * An element of an array in a struct: of->array[index]. LLVM's back end for BPF would copy the
 * pointer and add the index; to the index, which nobody needs afterwards, saves the copy.
 */
#ifdef __BPF__
#define xe_element(type, of, array, index)                                                         \
	({                                                                                         \
		__u64 at_ = (__u64)(index) * sizeof(type);                                         \
                                                                                                   \
		asm("%0 += %1" : "+r"(at_) : "r"(of));                                             \
		*(type *)(at_ + __builtin_offsetof(__typeof__(*(of)), array));                     \
	})
#else
#define xe_element(type, of, array, index) ((of)->array[index])
#endif

/* Is the condition false, as a rule? The code of the rare case is put out of the way. */
#define xe_rarely(condition) __builtin_expect(!!(condition), 0)

/* Keep a value as it stands from what the compiler believes to know of it. */
#define xe_hide64(x) asm volatile("" : "+r"(x))
#ifdef __BPF__
#define xe_hide32(x) asm volatile("" : "+w"(x))
#else
#define xe_hide32(x) asm volatile("" : "+r"(x))
#endif

/*
 * In the branch that is not taken where the verifier knows the condition, as it knows the
 * policy: the verifier removes a jump only if nothing else leads to its target, so that way
 * needs an instruction of its own, which it removes, too.
 */
#ifdef __BPF__
#define xe_apart() asm volatile("goto +0")
#else
#define xe_apart() ((void)0)
#endif

/* Host order to wire order and back are the same operation. */
#define xe_host16(x) xe_wire16(x)
#define xe_host32(x) xe_wire32(x)

#endif
