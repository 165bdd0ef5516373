//! Secrets in every encoding and every chunking, and text that holds none.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise, and are told their length by the environment"
)]

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use redact::{Masker, Reason, Stream};

fn masker(secrets: &[&str]) -> Masker {
    let secrets = secrets.iter().enumerate().map(|(n, secret)| (format!("f:{n}"), secret));
    let (masker, warnings) = Masker::new(secrets).unwrap();
    assert_eq!(warnings, []);
    masker
}

fn push(stream: &mut Stream, bytes: &[u8]) -> String {
    String::from_utf8(stream.push(bytes)).unwrap()
}

/// Values that every encoding changes, and plain ones; never one that is refused.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9]{2}[a-zA-Z0-9_-]{5,40}[a-z]",
        "[a-z][!-~]{10,60}[0-9][A-Z]",
        "[a-z][ -~\\n\\t\"'\\\\/<>&%+éß\u{1f600}\u{7}]{10,60}[0-9][A-Z]",
    ]
    .prop_filter("refused by rule", |s| Masker::new([("t", s)]).unwrap().1.is_empty())
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The value in each encoding, as something around us would write it.
fn encodings(secret: &str) -> Vec<(&'static str, String)> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent = |form: bool, case: fn(u8) -> String| {
        let each = |byte: u8| match byte {
            b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            b' ' if form => "+".into(),
            _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            _ => case(byte),
        };
        secret.bytes().map(each).collect::<String>()
    };
    let ascii = |text: &str| {
        let mut out = String::new();
        for c in text.chars() {
            let mut units = [0; 2];
            match c {
                ' '..='~' => out.push(c),
                _ => c.encode_utf16(&mut units).iter().for_each(|u| out += &format!("\\u{u:04x}")),
            }
        }
        out
    };
    let helm = json(secret).replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    vec![
        ("raw", secret.to_owned()),
        ("hex", hex.clone()),
        ("HEX", hex.to_uppercase()),
        ("url", percent(false, |byte| format!("%{byte:02X}"))),
        ("url, lower case", percent(false, |byte| format!("%{byte:02x}"))),
        ("form", percent(true, |byte| format!("%{byte:02X}"))),
        ("json", json(secret)),
        ("json of json", json(&json(secret))),
        ("json as Go writes it", helm.clone()),
        ("that in json", json(&helm)),
        ("json as Python writes it", ascii(&json(secret))),
        ("yaml, single quotes", format!("'{}'", secret.replace('\'', "''"))),
        ("rust", format!("{secret:?}")),
        ("shell", format!("'{}'", secret.replace('\'', "'\\''"))),
        ("base64", STANDARD.encode(secret)),
        ("base64 without padding", STANDARD_NO_PAD.encode(secret)),
        ("base64url", URL_SAFE.encode(secret)),
        ("base64url without padding", URL_SAFE_NO_PAD.encode(secret)),
        ("base64 of base64", STANDARD.encode(STANDARD.encode(secret))),
        ("basic auth", STANDARD.encode(format!("user:{secret}"))),
        ("a Secret of a release", STANDARD.encode(STANDARD.encode(format!("{{\"k\":\"x{secret}\"}}")))),
    ]
}

/// No four neighbouring characters of the encoded secret may be left, beyond a cut edge of base64.
fn nothing_left(masked: &str, encoded: &str) -> Result<(), TestCaseError> {
    let left: String = masked.replace("***f:0***", "");
    prop_assert!(left.len() <= 32, "{masked:?} of {encoded:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_encoding_is_masked_and_nothing_else_changes(secret in secret(), before in "[ -~]{0,12} ", after in " [ -~]{0,12}") {
        prop_assume!(!before.contains(&secret) && !after.contains(&secret));
        let masker = masker(&[&secret]);
        for (name, encoded) in encodings(&secret) {
            let text = format!("{before}{encoded}{after}");
            let masked = masker.mask(&text);
            prop_assert!(masked.contains("***f:0***"), "{name}: {text:?} became {masked:?}");
            prop_assert!(!masked.contains(&encoded), "{name}: {masked:?}");
            prop_assert!(masked.starts_with(&before) && masked.ends_with(&after), "{name}: {masked:?}");
            nothing_left(&masked[before.len()..masked.len() - after.len()], &encoded)?;
        }
    }

    #[test]
    fn chunks_change_nothing(
        secrets in prop::collection::vec(secret(), 1..6),
        picks in prop::collection::vec((0usize..6, 0usize..21, "[ -~]{0,9}"), 0..8),
        cuts in prop::collection::vec(0usize..2000, 0..40),
    ) {
        let refs: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let masker = masker(&refs);
        let mut text = String::new();
        for (n, encoding, between) in picks {
            text += &between;
            text += &encodings(&secrets[n % secrets.len()])[encoding].1;
        }
        let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut <= text.len()).collect();
        cuts.push(text.len());
        cuts.sort_unstable();
        let (mut stream, mut masked, mut from) = (masker.stream(), Vec::new(), 0);
        for cut in cuts {
            masked.extend(stream.push(&text.as_bytes()[from..cut]));
            from = cut;
        }
        masked.extend(stream.finish());
        let whole = masker.mask_bytes(text.as_bytes());
        prop_assert_eq!(String::from_utf8_lossy(&masked), String::from_utf8_lossy(&whole));
        prop_assert_eq!(masker.mask(&text).into_owned(), String::from_utf8_lossy(&whole));
    }

    #[test]
    fn text_without_secrets_is_left_alone(text in "\\PC{0,200}", chunk in 1usize..20) {
        let masker = masker(&["Zq7-never-in-the-text-Zq7", "another~one~that~is~not~there"]);
        prop_assert!(matches!(masker.mask(&text), std::borrow::Cow::Borrowed(_)));
        let mut stream = masker.stream();
        let mut masked: Vec<u8> = text.as_bytes().chunks(chunk).flat_map(|chunk| stream.push(chunk)).collect();
        masked.extend(stream.finish());
        prop_assert_eq!(masked, text.into_bytes());
    }

    #[test]
    fn base64_within_anything_is_masked(secret in secret(), before in prop::collection::vec(any::<u8>(), 0..40), after in prop::collection::vec(any::<u8>(), 0..40)) {
        let masker = masker(&[&secret]);
        let text = [before.as_slice(), secret.as_bytes(), after.as_slice()].concat();
        for engine in [STANDARD, URL_SAFE] {
            let encoded = engine.encode(&text);
            let masked = masker.mask(&encoded);
            prop_assert!(masked.contains("***f:0***"), "{encoded}");
            let left = masked.len() - "***f:0***".len();
            prop_assert!(left <= (before.len() + after.len()) * 4 / 3 + 10, "{masked}");
        }
        let twice = STANDARD.encode(STANDARD.encode(&text));
        prop_assert!(masker.mask(&twice).contains("***f:0***"), "{twice}");
    }

    #[test]
    fn bytes_that_are_no_text_are_masked(secret in prop::collection::vec(128u8.., 8..80), before in "[ -~]{0,9}", after in "[ -~]{0,9}") {
        let (masker, warnings) = Masker::new([("key", &secret)]).unwrap();
        prop_assume!(warnings.is_empty());
        let text = [before.as_bytes(), &secret, after.as_bytes()].concat();
        prop_assert_eq!(String::from_utf8(masker.mask_bytes(&text)).unwrap(), format!("{before}***key***{after}"));
    }
}

/// `cargo xtask prove redact` runs 10,000 secrets; here is a sample of them.
#[test]
fn every_encoding_of_many_secrets_is_masked_wherever_it_is_cut() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let scale = std::env::var("PROVE_SCALE").ok().and_then(|scale| scale.parse().ok()).unwrap_or(60_usize);
    // Always the same secrets and the same cuts.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut draw = |strategy: &BoxedStrategy<String>| strategy.new_tree(&mut runner).unwrap().current();
    let (secret, cuts) = (secret().boxed(), "[a-z]{0,200}".boxed());
    let (mut texts, mut names) = (0_u64, std::collections::BTreeSet::new());
    for batch in (0..scale).step_by(100) {
        let mut secrets: Vec<String> = (0..100.min(scale - batch)).map(|_| draw(&secret)).collect();
        secrets.sort();
        secrets.dedup();
        let refs: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let masker = masker(&refs);
        for (number, secret) in secrets.iter().enumerate() {
            for (name, encoded) in encodings(secret) {
                let text = format!("<< {encoded} >>");
                let (mut stream, mut masked, mut rest) = (masker.stream(), Vec::new(), text.as_bytes());
                // The letters of a random text are the sizes of the chunks.
                for size in draw(&cuts).bytes().map(|letter| usize::from(letter - b'a')) {
                    let (chunk, tail) = rest.split_at(size.min(rest.len()));
                    stream.push_into(chunk, &mut masked);
                    rest = tail;
                }
                stream.push_into(rest, &mut masked);
                masked.extend(stream.finish());
                let masked = String::from_utf8_lossy(&masked).into_owned();
                let tag = format!("***f:{number}***");
                assert!(masked.contains(&tag), "{name}: {text:?} became {masked:?}");
                assert!(
                    !masked.contains(&encoded) && !masked.contains(secret.as_str()),
                    "{name}: {masked:?}"
                );
                let left = masked.replace(&tag, "");
                // The cut edges of base64 hold bits of the neighbours and stay.
                assert!(left.len() <= 38, "{name}: {left:?} is left of {text:?}");
                texts += 1;
                names.insert(name);
            }
        }
    }
    println!("{scale} secrets in {} encodings, {texts} texts cut at random: all masked", names.len());
}

/// Whatever of a public configuration also stands in a sealed file, its own text stays as it is.
#[test]
fn nothing_of_a_plain_configuration_is_masked() {
    let Some(samples) = test_support::samples_or_skip("redact: mybinder's plain configuration") else {
        return;
    };
    let mut files = vec![samples.join("mybinder")];
    let mut texts = Vec::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(path.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path()));
        } else {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
    let public = texts.join("\n");
    assert!(public.len() > 10_000, "the samples are there");
    // Every line, every value and every block of lines of it, as if they were sealed too.
    let mut values: Vec<String> = Vec::new();
    for text in &texts {
        values.extend(text.lines().map(|line| line.trim().to_owned()));
        let ends = text.lines().filter_map(|line| line.split_once(": "));
        values.extend(ends.map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_owned()));
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        values.extend(lines.chunks(7).map(|block| block.join("\n")));
    }
    let real =
        (0..300_u64).map(|n| format!("{:x}Zq{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15), n + 9_999_999));
    values.extend(real);
    let secrets = values.iter().enumerate().map(|(n, value)| (format!("f:{n}"), value));
    let (masker, warnings) = Masker::new_besides(&public, secrets).unwrap();
    let named = warnings.iter().filter(|warning| warning.reason == Reason::Public).count();
    println!("{} values, {named} of them public: {} bytes stay as they are", values.len(), public.len());
    for text in &texts {
        let masked = masker.mask(text);
        let differs = text.lines().zip(masked.lines()).find(|(plain, masked)| plain != masked);
        assert_eq!(differs, None);
        assert_eq!(masked, text.as_str());
    }
}

#[test]
fn the_longest_that_begins_first_wins() {
    let masker = masker(&["correct horse", "correct horse battery", "battery staple"]);
    assert_eq!(masker.mask("correct horse battery staple"), "***f:1*** staple");
    assert_eq!(masker.mask("correct horse, battery staple"), "***f:0***, ***f:2***");
}

#[test]
fn each_line_of_a_value_is_masked_by_itself_with_or_without_its_neighbours() {
    let key = "-----BEGIN TEST KEY-----\r\nMIIEpAIBAAKCAQEA7\r\n  q2FsdGVkX18xMjM0NQ==\r\nend\r\n-----END TEST KEY-----\n";
    let masker = masker(&[key]);
    assert_eq!(masker.mask(&format!("<{}>", key.trim())), "<***f:0***>");
    assert_eq!(masker.mask("a: q2FsdGVkX18xMjM0NQ== b"), "a: ***f:0*** b");
    assert_eq!(
        masker.mask("-----BEGIN TEST KEY-----\n  MIIEpAIBAAKCAQEA7\n"),
        "-----BEGIN TEST KEY-----\n  ***f:0***\n"
    );
    assert_eq!(masker.mask("the end"), "the end");
}

#[test]
fn a_long_value_of_many_lines_is_masked_line_by_line_when_encoded() {
    let lines: Vec<String> =
        (0..90u64).map(|n| format!("{:020x}", (n + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let key = lines.join("\n");
    let masker = masker(&[&key]);
    assert_eq!(masker.mask(&key), "***f:0***");
    for (name, encoded) in encodings(&key) {
        let masked = masker.mask(&encoded);
        assert!(masked.replace("***f:0***", "").len() <= 8 * lines.len(), "{name}: {masked}");
        assert!(
            masked.matches("***f:0***").count() == lines.len() || encoded.contains(&key),
            "{name}: {masked}"
        );
    }
}

#[test]
fn white_space_around_a_value_is_no_part_of_it() {
    assert_eq!(masker(&["\n  s3cret-s3cret \n"]).mask("a\ns3cret-s3cret\nb"), "a\n***f:0***\nb");
}

#[test]
fn a_value_longer_than_a_piece_is_masked_whole() {
    let secret: String = (0..4000).map(|n| format!("{n:x}é\"")).collect();
    let masker = masker(&[&secret]);
    for (name, encoded) in encodings(&secret) {
        let masked = masker.mask(&encoded).replace("***f:0***", "");
        assert!(masked.len() <= 64, "{name}: {} left: {masked}", masked.len());
    }
}

#[test]
fn a_stream_holds_back_no_more_than_it_must() {
    let masker = masker(&["correct horse battery"]);
    let mut stream = masker.stream();
    assert_eq!(push(&mut stream, b"line\ncorr"), "line\n");
    assert_eq!(push(&mut stream, b"e"), "");
    assert_eq!(push(&mut stream, b"late\n"), "correlate\n");
    assert_eq!(push(&mut stream, b"correct horse batter"), "");
    assert_eq!(stream.finish(), b"correct horse batter");
}

#[test]
fn what_is_not_masked_is_named_and_not_shown() {
    let secrets = [("a", "short"), ("b", "20261121"), ("c", "========"), ("d", "Password"), ("e", "")];
    let (masker, warnings) = Masker::new(secrets).unwrap();
    let reasons: Vec<_> = warnings.iter().map(|w| (w.tag.as_str(), w.reason)).collect();
    assert_eq!(
        reasons,
        [
            ("a", Reason::Short),
            ("b", Reason::Number),
            ("c", Reason::Repetition),
            ("d", Reason::Word),
            ("e", Reason::Short)
        ]
    );
    let text = "short 20261121 ======== Password";
    assert_eq!(masker.mask(text), text);
    let said: String = warnings.iter().map(ToString::to_string).collect();
    for (_, value) in secrets.iter().filter(|(_, value)| !value.is_empty() && *value != "short") {
        assert!(!said.contains(value), "{said}");
    }
}

#[test]
fn what_is_public_anyway_is_named_and_not_masked() {
    let secrets = [("a", "hub.example.org"), ("b", "one-value-1")];
    let (masker, warnings) = Masker::new_besides("hosts: [hub.example.org]", secrets).unwrap();
    assert_eq!(
        warnings.iter().map(|w| (w.tag.as_str(), w.reason)).collect::<Vec<_>>(),
        [("a", Reason::Public)]
    );
    assert_eq!(masker.mask("hub.example.org one-value-1"), "hub.example.org ***b***");
}

#[test]
fn the_first_name_of_a_value_stays_and_a_name_can_break_nothing() {
    let (masker, _) = Masker::new([("a\"b\\c\n*", "one-value-1"), ("second", "one-value-1")]).unwrap();
    assert_eq!(masker.mask("one-value-1"), "***a_b_c__***");
    let (masker, _) = Masker::new([("f:one-value-1", "one-value-1")]).unwrap();
    assert_eq!(masker.mask("one-value-1"), "***secret***");
}

#[test]
fn a_masker_without_secrets_changes_nothing() {
    let (empty, _) = Masker::new([("none", "")]).unwrap();
    for masker in [Masker::default(), empty] {
        assert_eq!(masker.mask("text"), "text");
        let mut stream = masker.stream();
        assert_eq!(push(&mut stream, b"te"), "te");
        assert_eq!(stream.finish(), b"");
    }
}

#[test]
fn debug_output_shows_no_secret() {
    let masker = masker(&["one-value-1"]);
    let mut stream = masker.stream();
    assert_eq!(push(&mut stream, b"one-val"), "");
    for text in [format!("{masker:?}"), format!("{stream:?}")] {
        assert!(!text.contains("one-val") && !text.contains("111, 110, 101"), "{text}");
    }
}
