//! The traps that real repositories have set, one test for each, with the versions that set them.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use chart_bump::source::{Index, IndexEntry};
use chart_bump::version::{Scheme, Version};
use chart_bump::{BumpError, History, Origin, Part, Pin, Published, Rules, Target, resolve};
use problem::{Diagnose as _, Place};

fn pin(version: &str) -> Pin {
    Pin {
        manifest: 0,
        path: "version".parse().unwrap(),
        version: version.into(),
        scalar: version.into(),
        part: Part::Whole,
        place: Place::new("Chart.yaml", 1, 1),
        repository: None,
    }
}

/// Versions with the moments at which they were stamped.
fn stamped(versions: &[(&str, &str)]) -> Published {
    let entry = |(version, created): &(&str, &str)| IndexEntry {
        version: (*version).to_owned(),
        created: Some((*created).to_owned()),
        ..IndexEntry::default()
    };
    let origin = Origin::File("index.yaml".into());
    Index { origin, chart: "hub".into(), entries: versions.iter().map(entry).collect() }.into()
}

/// Versions that were all stamped at one moment.
fn listed(versions: &[&str]) -> Published {
    stamped(&versions.iter().map(|version| (*version, "2022-01-01")).collect::<Vec<_>>())
}

fn bump(current: &str, target: &str, published: &Published, rules: &Rules) -> Result<String, BumpError> {
    let target: Target = target.parse().unwrap();
    resolve("hub", &pin(current), &target, published, rules).map(|found| found.version)
}

fn latest(current: &str, published: &Published) -> String {
    bump(current, "latest", published, &Rules::default()).unwrap()
}

#[test]
fn trap_01_created_is_no_date_of_publication() {
    let (old, new) = ("1.0.0-0.dev.git.900.haaaaaaa", "1.0.0-0.dev.git.1000.hbbbbbbb");
    let published = stamped(&[(old, "2017-11-30T00:00:00Z"), (new, "2017-08-01T00:00:00Z")]);
    assert_eq!(latest(old, &published), new);
}

#[test]
fn trap_02_versions_are_published_anew_with_other_bytes() {
    let text = "entries: {hub: [{version: 1.0.0, digest: aa}, {version: 1.1.0, digest: bb}]}\n";
    let published = Index::parse(Origin::File("i".into()), "hub", text.as_bytes()).unwrap().into();
    let recorded =
        |digest: &str| Rules { recorded: vec![("1.1.0".into(), digest.into())], ..Rules::default() };
    assert_eq!(bump("1.1.0", "latest", &published, &recorded("bb")).unwrap(), "1.1.0");
    let error = bump("1.1.0", "latest", &published, &recorded("cc")).unwrap_err();
    assert_eq!(error.code().as_str(), "bump.republished");
}

#[test]
fn trap_03_versions_disappear() {
    // Leading zeros were thrown out: what is in use is listed no more, and goes on all the same.
    let published = listed(&["0.2.0-n610.he777436"]);
    assert_eq!(latest("0.2.0-017.5aa671c", &published), "0.2.0-n610.he777436");
    let error = bump("0.2.0-n610.he777436", "0.2.0-017.5aa671c", &published, &Rules::default()).unwrap_err();
    assert_eq!(error.code().as_str(), "bump.not_published");
}

#[test]
fn trap_04_a_count_grows_a_digit() {
    let published = listed(&["0.2.0-n1011.hb49edf6", "0.2.0-n988.h72e1852", "0.2.0-n999.h1234567"]);
    assert_eq!(latest("0.2.0-n988.h72e1852", &published), "0.2.0-n1011.hb49edf6");
}

#[test]
fn trap_05_the_form_of_versions_changes() {
    let published = listed(&["0.2.0-n988.h72e1852", "0.2.0-0.dev.git.2752.h3450e52"]);
    assert_eq!(latest("0.2.0-n988.h72e1852", &published), "0.2.0-0.dev.git.2752.h3450e52");
}

#[test]
fn trap_06_commits_since_a_release_are_no_stage_before_it() {
    let published = listed(&["0.9.0", "0.9.0-n036.h1a2b3c4"]);
    let error = bump("0.9.0-n036.h1a2b3c4", "0.9.0", &published, &Rules::default()).unwrap_err();
    assert_eq!(error.code().as_str(), "bump.downgrade");
    let published = listed(&["1.1.3-n804.h1a2b3c4", "1.2.0"]);
    assert_eq!(bump("1.1.3-n804.h1a2b3c4", "1.2.0", &published, &Rules::default()).unwrap(), "1.2.0");
}

#[test]
fn trap_07_publish_runs_overtake_each_other() {
    for (late, early) in [(2930, 2936), (2998, 3000), (3437, 3439)] {
        let version = |count: u32, hash: &str| format!("1.0.0-0.dev.git.{count}.h{hash}");
        let (late, early) = (version(late, "aaaaaaa"), version(early, "bbbbbbb"));
        let published = stamped(&[(&late, "2022-12-16T10:05:00Z"), (&early, "2022-12-16T10:00:00Z")]);
        assert_eq!(latest(&late, &published), early);
    }
}

#[test]
fn trap_08_a_backport_is_published_last() {
    let main = "4.0.0-0.dev.git.6543.ha8cb249d";
    let published = stamped(&[(main, "2024-03-01"), ("3.3.7", "2024-04-01"), ("3.3.8", "2024-08-01")]);
    assert_eq!(latest("4.0.0-0.dev.git.6500.haaaaaaa", &published), main);
    assert_eq!(latest("3.3.7", &published), "3.3.8");
}

#[test]
fn trap_09_a_hash_looks_like_a_number() {
    let text = "entries: {hub: [{version: 53894e5}, {version: 0.1.0-0216360}, {version: 5.3894e+09}]}\n";
    let index = Index::parse(Origin::File("i".into()), "hub", text.as_bytes()).unwrap();
    let versions: Vec<&str> = index.entries.iter().map(|entry| entry.version.as_str()).collect();
    assert_eq!(versions, ["53894e5", "0.1.0-0216360", "5.3894e+09"]);
    let published = index.into();
    assert_eq!(bump("0.1.0-1234567", "0216360", &published, &Rules::default()).unwrap(), "0.1.0-0216360");
    assert_eq!(bump("1234567", "53894e5", &published, &Rules::default()).unwrap(), "53894e5");
}

#[test]
fn trap_10_a_hash_looks_like_a_calendar_version() {
    // To a reader of PEP 440 it is the release candidate 954 of the year 9766.
    assert_eq!(Version::detect("9766c954").unwrap().scheme(), Scheme::BareHash);
    assert!(Scheme::Calver.parse("9766c954").is_err());
    let published = listed(&["9766c954", "2025.12.0", "2026.4.1"]);
    assert_eq!(latest("2025.12.0", &published), "2026.4.1");
}

#[test]
fn trap_11_a_commit_is_published_by_its_merge() {
    // c is merged by d; a, b and d are published.
    let hash = |digit: char| digit.to_string().repeat(40);
    let [a, b, c, d] = ['a', 'b', 'c', 'd'].map(hash);
    let commits = format!("1 {a}\n2 {b} {a}\n3 {c} {a}\n4 {d} {b} {c}\n");
    let history = History::parse(&commits, &format!("refs/heads/main {d}\n"));
    let rules = Rules { history: Some(history), ..Rules::default() };
    let version = |count: u32, commit: &str| format!("1.0.0-0.dev.git.{count}.h{}", commit.get(..7).unwrap());
    let versions = [version(1, &a), version(2, &b), version(4, &d)];
    let published = listed(&versions.each_ref().map(String::as_str));
    assert_eq!(bump(&versions[0], &c, &published, &rules).unwrap(), versions[2]);
    let error = bump(&versions[0], &c, &published, &Rules::default()).unwrap_err();
    assert_eq!(error.code().as_str(), "bump.not_published", "without the history nobody guesses");
}
