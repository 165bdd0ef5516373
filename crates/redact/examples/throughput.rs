//! How fast text is masked, beside the automaton of `aho-corasick` over as many patterns.
//!
//! Prints one JSON line: bytes, patterns, and for each search the seconds to build it and the least
//! seconds to mask the text, of all runs. `cargo xtask bench redact` makes a table of it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example talks to whoever runs it and stops at the first surprise"
)]

use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use redact::Masker;

/// Chunks as large as a pipe gives them.
const CHUNK: usize = 64 * 1024;

fn main() {
    let mut words = std::env::args().skip(1).map(|word| word.parse::<usize>().expect("a number"));
    let (secrets, megabytes, runs) =
        (words.next().unwrap_or(300), words.next().unwrap_or(50), words.next().unwrap_or(5));
    let mut chance = Chance(0x5eed);
    let secrets: Vec<String> = (0..secrets).map(|_| chance.secret()).collect();
    let text = log(&mut chance, &secrets, megabytes * 1_000_000);

    let began = Instant::now();
    let (masker, warnings) = Masker::new(secrets.iter().map(|secret| ("file:key", secret))).unwrap();
    let built = began.elapsed().as_secs_f64();
    assert!(warnings.is_empty());
    let mut said = Vec::with_capacity(2 * CHUNK);
    let ours = least(runs, || {
        let mut stream = masker.stream();
        let mut masked = 0;
        for chunk in text.chunks(CHUNK) {
            said.clear();
            stream.push_into(chunk, &mut said);
            masked += said.len();
        }
        masked + stream.finish().len()
    });

    let patterns: Vec<Vec<u8>> = secrets.iter().flat_map(|secret| forms(secret.as_bytes())).collect();
    let began = Instant::now();
    let peer = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(&patterns)
        .unwrap();
    let peer_built = began.elapsed().as_secs_f64();
    let tags = vec!["***file:key***"; patterns.len()];
    // Whole chunks, without the care for their edges that a stream needs.
    let theirs =
        least(runs, || text.chunks(CHUNK).map(|chunk| peer.replace_all_bytes(chunk, &tags).len()).sum());
    println!(
        "{{\"bytes\":{},\"ours\":{{\"patterns\":{},\"build\":{built:.4},\"mask\":{ours:.4}}},\
         \"peer\":{{\"patterns\":{},\"build\":{peer_built:.4},\"mask\":{theirs:.4}}}}}",
        text.len(),
        count(&masker),
        patterns.len(),
    );
}

fn least(runs: usize, mut work: impl FnMut() -> usize) -> f64 {
    let times = (0..runs).map(|_| {
        let began = Instant::now();
        assert!(std::hint::black_box(work()) > 0);
        began.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

/// The number of patterns is all that a masker shows.
fn count(masker: &Masker) -> usize {
    format!("{masker:?}").chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

/// As many forms of a secret as the masker takes of a plain one.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    let within = |bytes: &[u8]| {
        let shifts = (0..3).map(|before| {
            let padded = [vec![0; before], bytes.to_vec()].concat();
            let text = STANDARD_NO_PAD.encode(&padded).into_bytes();
            text[(before * 8).div_ceil(6)..padded.len() * 8 / 6].to_vec()
        });
        shifts.collect::<Vec<_>>()
    };
    let once = within(secret);
    let twice: Vec<_> = once.iter().flat_map(|inner| within(inner)).collect();
    forms.push(URL_SAFE_NO_PAD.encode(secret).into_bytes());
    forms.into_iter().chain(once).chain(twice).collect()
}

/// Lines as helm, kubectl and Python write them, with a secret in one of some thousand.
fn log(chance: &mut Chance, secrets: &[String], size: usize) -> Vec<u8> {
    let mut text = Vec::with_capacity(size + 1024);
    while text.len() < size {
        let number = chance.next();
        let line = match number % 5 {
            0 => format!(
                "2026-11-21T06:{:02}:{:02}Z INFO  deployment.apps/hub configured in namespace prod\n",
                number % 60,
                number / 7 % 60
            ),
            1 => format!(
                "[I 2026-11-21 06:00:00.{:03} JupyterHub log:192] 200 GET /hub/api/users/u{number:x} (@10.0.{}.7) 12.3ms\n",
                number % 1000,
                number % 250
            ),
            2 => format!(
                "  name: binder-{number:016x}\n  image: quay.io/jupyterhub/k8s-hub:4.{}.{}\n",
                number % 9,
                number % 7
            ),
            3 => format!(
                "{{\"kind\":\"Pod\",\"metadata\":{{\"uid\":\"{number:016x}\",\"labels\":{{\"app\":\"jupyterhub\"}}}}}}\n"
            ),
            _ => {
                format!("data: {}\n", STANDARD_NO_PAD.encode(format!("{number:x}{}", number.rotate_left(9))))
            }
        };
        text.extend_from_slice(line.as_bytes());
        if number % 4096 < 4 {
            text.extend_from_slice(
                format!("token: {}\n", secrets[(number >> 20) as usize % secrets.len()]).as_bytes(),
            );
        }
    }
    text
}

/// The same numbers each time (splitmix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn secret(&mut self) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let size = 8 + self.next() % 40;
        (0..size).map(|_| char::from(LETTERS[(self.next() % 62) as usize])).collect()
    }
}
