// Emscripten computes these instructions of SSE from others: the first number by number, with calls, which made
// exp 40 times slower. WebAssembly has them as they are. (They differ where a number is no int: Eigen has none.)
#pragma once
#include_next <emmintrin.h>
#define _mm_cvttps_epi32(a) ((__m128i)wasm_i32x4_trunc_sat_f32x4((v128_t)(a)))
#define _mm_min_ps(a, b) ((__m128)wasm_f32x4_pmin((v128_t)(b), (v128_t)(a)))
#define _mm_max_ps(a, b) ((__m128)wasm_f32x4_pmax((v128_t)(b), (v128_t)(a)))
