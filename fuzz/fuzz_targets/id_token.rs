//! `id_token::id_token` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| citekeep_fuzz::id_token::id_token(bytes));
