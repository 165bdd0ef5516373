//! The schemes and their orders, at the traps that real repositories set.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::cmp::Ordering;

use chart_bump::version::{CommitHash, Scheme, Version};
use proptest::prelude::*;

fn version(text: &str) -> Version {
    Version::detect(text).unwrap()
}

#[test]
fn every_text_finds_its_scheme_and_its_commit() {
    use Scheme::{BareHash, Calver, Chartpress, ReleaseHash, Semver, Versioneer};
    let cases = [
        ("29.21.0", Semver, None),
        ("v0.15.2", Semver, None),
        ("v0.5", Semver, None),
        ("28.3.3-dind", Semver, None),
        ("4.0.0-beta.1", Semver, None),
        ("1.2.3+build.4", Semver, None),
        ("0.1.0-9692255", ReleaseHash, Some("9692255")),
        ("0.1.0-0216360", ReleaseHash, Some("0216360")),
        ("v0.6.0-fb64667", ReleaseHash, Some("fb64667")),
        ("0.2.0-n1011.hb49edf6", Chartpress, Some("b49edf6")),
        ("0.2.0-n988", Chartpress, None),
        ("1.0.0-beta.1.n033.h1a2b3c4", Chartpress, Some("1a2b3c4")),
        ("1.0.0-0.dev.git.3983.h383374de", Chartpress, Some("383374de")),
        ("4.0.0-beta.4.git.6831.habe06f4d", Chartpress, Some("abe06f4d")),
        ("0.2.0-017.5aa671c", Chartpress, Some("5aa671c")),
        ("0.9.0-alpha.1.112.34b7b8e", Chartpress, Some("34b7b8e")),
        ("2022.02.0-90.g0345a86", Calver, Some("0345a86")),
        ("2022.02.0+90.g0345a86", Calver, Some("0345a86")),
        ("2025.12.0", Calver, None),
        ("2026.4.1.dev44-g97bb4e45a", Calver, Some("97bb4e45a")),
        ("46f056a", BareHash, Some("46f056a")),
        ("9766c954", BareHash, Some("9766c954")),
        ("53894e5", BareHash, Some("53894e5")),
        ("0.10.0-100.g0dba611", Versioneer, Some("0dba611")),
        ("0.10.0-100.g0dba611.dirty", Versioneer, Some("0dba611")),
    ];
    for (text, scheme, commit) in cases {
        let version = version(text);
        assert_eq!((version.scheme(), version.commit().map(CommitHash::as_str)), (scheme, commit), "{text}");
        assert_eq!(version.to_string(), text);
    }
}

#[test]
fn what_is_no_version_says_so() {
    for text in [
        "",
        "set-by-chartpress",
        "0.0.1-set.by.chartpress",
        "latest",
        "^1.2",
        "1.2.x",
        ">=1.0.0-0",
        "5.3894e+09",
        "1.2.3.4",
        "46f05",
        "main",
    ] {
        assert!(Version::detect(text).is_err(), "{text}");
    }
    let error = Scheme::Chartpress.parse("1.2.3").unwrap_err();
    assert_eq!(error.to_string(), "`1.2.3` is no version of scheme chartpress");
}

#[test]
fn the_traps_that_history_set() {
    let older_newer = [
        // Text and semver both put n988 above n1011.
        ("0.2.0-n988.h72e1852", "0.2.0-n1011.hb49edf6"),
        // To semver the newer generation is older: helm stood still for nine publications.
        ("0.2.0-n1011.hb49edf6", "0.2.0-0.dev.git.2752.h3450e52"),
        ("0.2.0-017.5aa671c", "0.2.0-n610.he777436"),
        // Counts since a tag come after it; semver takes them for pre-releases.
        ("0.9.0", "0.9.0-n036.h1a2b3c4"),
        ("1.1.3-n804.h1a2b3c4", "1.2.0"),
        ("0.2.0", "0.2.0-017.5aa671c"),
        // Counts since the root come before the release that they name.
        ("4.0.0-0.dev.git.6772.h9102c704", "4.0.0"),
        ("3.3.8", "4.0.0-0.dev.git.6543.ha8cb249d"),
        ("1.0.0-0.dev.git.2930.h972fcb8", "1.0.0-0.dev.git.2936.h2ba938b"),
        ("1.0.0-0.dev.git.998.h972fcb8", "1.0.0-0.dev.git.1000.h2ba938b"),
        ("4.0.0-0.dev.git.6772.h9102c704", "4.0.0-beta.1.git.6777.h04ef841c"),
        ("4.0.0-beta.1", "4.0.0-beta.1.git.6777.h04ef841c"),
        // Local and development parts are numbers.
        ("2022.02.0-9.g0345a86", "2022.02.0-12.g1345a86"),
        ("2026.4.1.dev9-g97bb4e45a", "2026.4.1.dev44-g97bb4e45b"),
        ("2026.4.1.dev44-g97bb4e45a", "2026.4.1"),
        ("2025.12.0", "2026.4.1.dev44-g97bb4e45a"),
        ("0.10.0-99.g1dba611", "0.10.0-100.g0dba611"),
        ("9.21.1", "29.21.0"),
        ("v1.9.0", "1.10.0"),
    ];
    for (older, newer) in older_newer {
        assert_eq!(version(older).compare(&version(newer)), Some(Ordering::Less), "{older} before {newer}");
        assert_eq!(version(newer).compare(&version(older)), Some(Ordering::Greater), "{newer} after {older}");
    }
}

#[test]
fn where_the_text_does_not_tell_nobody_guesses() {
    let unknown = [
        ("0.1.0-47ed8cd", "0.1.0-9692255"),
        ("0.1.0-47ed8cd", "0.2.0-9692255"),
        ("0.1.0-47ed8cd", "0.2.0"),
        ("46f056a", "9766c954"),
        // A reader of PEP 440 takes this hash for 9766rc954 and prefers it to any calendar version.
        ("9766c954", "2026.4.1"),
        ("1.0.0-0.dev.git.3000.h7c75885", "1.0.0-0.dev.git.3000.h1111111"),
        ("2026.4.1", "1.2.3"),
    ];
    for (left, right) in unknown {
        assert_eq!(version(left).compare(&version(right)), None, "{left} and {right}");
        assert_eq!(version(right).compare(&version(left)), None, "{right} and {left}");
    }
    assert_eq!(version("46f056a").compare(&version("46f056a")), Some(Ordering::Equal));
    assert_eq!(version("v1.2.0").compare(&version("1.2.0")), Some(Ordering::Equal));
}

#[test]
fn a_hash_is_the_same_commit_at_any_length() {
    let hash = |text: &str| text.parse::<CommitHash>().unwrap();
    assert!(hash("383374de").is_same_commit(&hash("383374d")));
    assert!(hash("383374D").is_same_commit(&hash("383374de0000000000000000000000000000aaaa")));
    assert!(!hash("383374de").is_same_commit(&hash("383374df")));
    for no in ["383374", "383374g", "", "383374de0000000000000000000000000000aaaab"] {
        assert!(no.parse::<CommitHash>().is_err(), "{no}");
    }
}

/// Versions of one scheme that has an order.
fn ordered() -> impl Strategy<Value = Vec<String>> {
    let base = "[0-2]\\.[0-2]\\.[0-2]";
    let one = prop_oneof![
        Just((0, ())).prop_flat_map(move |_| prop::collection::vec(base.prop_map(String::from), 3)),
        Just((1, ())).prop_flat_map(|_| prop::collection::vec(
            prop_oneof![
                "[01]\\.0\\.0-n[0-9]{1,4}\\.h[0-9a-f]{7}",
                "[01]\\.0\\.0-0\\.dev\\.git\\.[1-9][0-9]{0,3}\\.h[0-9a-f]{7}",
                "[01]\\.0\\.0-0[0-9]{2}\\.[0-9a-f]{7}"
            ],
            3
        )),
        Just((2, ())).prop_flat_map(|_| prop::collection::vec(
            prop_oneof![
                "202[0-2]\\.[1-9]\\.[01]",
                "202[0-2]\\.[1-9]\\.[01]-[1-9][0-9]?\\.g[0-9a-f]{7}",
                "202[0-2]\\.[1-9]\\.[01]\\.dev[1-9][0-9]?-g[0-9a-f]{7}"
            ],
            3
        )),
        Just((3, ())).prop_flat_map(|_| prop::collection::vec("0\\.[01]\\.0-[1-9][0-9]?\\.g[0-9a-f]{7}", 3)),
    ];
    one
}

proptest! {
    #[test]
    fn within_a_scheme_the_order_is_total(texts in ordered()) {
        let versions: Vec<Version> = texts.iter().map(|text| version(text)).collect();
        let [a, b, c] = versions.as_slice() else { unreachable!("three are made") };
        prop_assert_eq!(a.compare(b), b.compare(a).map(Ordering::reverse));
        prop_assert_eq!(a.compare(a), Some(Ordering::Equal));
        if a.compare(b) == Some(Ordering::Less) && b.compare(c) == Some(Ordering::Less) {
            prop_assert_eq!(a.compare(c), Some(Ordering::Less));
        }
        // Only two commits with the same count have no order.
        if a.compare(b).is_none() {
            prop_assert_ne!(a.commit(), b.commit());
        }
    }

    #[test]
    fn a_version_keeps_its_text(text in "\\PC{0,24}") {
        if let Ok(version) = Version::detect(&text) {
            prop_assert_eq!(version.as_str(), text);
        }
    }
}
