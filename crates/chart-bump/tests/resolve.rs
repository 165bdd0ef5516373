//! From a target to the version that is meant, and everything that stands in the way.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use chart_bump::source::{Index, IndexEntry};
use chart_bump::{BumpError, Notice, Origin, Target, compare_url, resolve};
use problem::Diagnose as _;

fn index(versions: &[&str]) -> Index {
    let entry = |version: &&str| IndexEntry { version: (*version).to_owned(), ..IndexEntry::default() };
    Index {
        origin: Origin::File("index.yaml".into()),
        chart: "binderhub".into(),
        entries: versions.iter().map(entry).collect(),
    }
}

fn meant(current: &str, target: &str, versions: &[&str]) -> Result<(String, Vec<Notice>), BumpError> {
    let index = index(versions);
    let target: Target = target.parse().unwrap();
    resolve(current, &target, &index, false).map(|found| (found.entry.version.clone(), found.notices))
}

fn code(current: &str, target: &str, versions: &[&str]) -> String {
    meant(current, target, versions).unwrap_err().code().to_string()
}

const GIT: [&str; 3] =
    ["1.0.0-0.dev.git.10.haaaaaaa1", "1.0.0-0.dev.git.9.hbbbbbbb", "1.0.0-0.dev.git.12.hccccccc"];

#[test]
fn a_hash_a_version_and_the_latest() {
    for (target, version) in [
        ("ccccccc", "1.0.0-0.dev.git.12.hccccccc"),
        ("aaaaaaa", "1.0.0-0.dev.git.10.haaaaaaa1"),
        ("aaaaaaa1222222222222222222222222222222222", "?"),
        ("aaaaaaa122222222222222222222222222222222", "1.0.0-0.dev.git.10.haaaaaaa1"),
        ("1.0.0-0.dev.git.12.hccccccc", "1.0.0-0.dev.git.12.hccccccc"),
        ("latest", "1.0.0-0.dev.git.12.hccccccc"),
    ] {
        if version == "?" {
            assert_eq!(code("1.0.0-0.dev.git.9.hbbbbbbb", target, &GIT), "bump.bad_target");
        } else {
            let (found, notices) = meant("1.0.0-0.dev.git.9.hbbbbbbb", target, &GIT).unwrap();
            assert_eq!((found.as_str(), notices), (version, vec![]), "{target}");
        }
    }
}

#[test]
fn a_published_version_wins_over_a_hash_that_it_also_is() {
    let versions = ["46f056a", "0.1.0-46f056a"];
    assert_eq!(meant("0.1.0-46f056a", "46f056a", &versions).unwrap().0, "46f056a");
}

#[test]
fn one_commit_under_two_schemes_is_the_one_in_use() {
    let versions = ["0.2.0-n5.haaaaaaa", "1.0.0-0.dev.git.9.haaaaaaa", "1.0.0-0.dev.git.8.haaaaaaa"];
    assert_eq!(meant("0.2.0-n4.hbbbbbbb", "aaaaaaa", &versions).unwrap().0, "1.0.0-0.dev.git.9.haaaaaaa");
    let versions = ["0.1.0-aaaaaaa", "1.0.0-0.dev.git.9.haaaaaaa"];
    assert_eq!(meant("0.1.0-bbbbbbb", "aaaaaaa", &versions).unwrap().0, "0.1.0-aaaaaaa");
}

#[test]
fn what_cannot_be_known_is_said() {
    assert_eq!(code("1.0.0-0.dev.git.9.hbbbbbbb", "ddddddd", &GIT), "bump.not_published");
    assert_eq!(code("1.0.0-0.dev.git.9.hbbbbbbb", "1.2.3", &GIT), "bump.not_published");
    assert_eq!(code("1.0.0-0.dev.git.9.hbbbbbbb", "HEAD", &GIT), "bump.bad_target");
    assert_eq!(code("0.1.0-47ed8cd", "latest", &["0.1.0-47ed8cd"]), "bump.no_order");
    assert_eq!(code("^1.0", "latest", &["1.0.0"]), "bump.no_order");
    assert_eq!(code("1.0.0", "latest", &["0.1.0-47ed8cd"]), "bump.no_order");
    assert_eq!(
        code("0.1.0-47ed8cd", "aaaaaaa", &["0.1.0-aaaaaaa1", "0.1.0-aaaaaaa2"]),
        "bump.ambiguous_hash"
    );
    let (_, notices) = meant("0.1.0-47ed8cd", "9692255", &["0.1.0-9692255"]).unwrap();
    assert_eq!(
        notices.first().unwrap().to_string(),
        "whether 0.1.0-9692255 is newer than 0.1.0-47ed8cd cannot be known from the versions alone"
    );
}

#[test]
fn older_is_refused_unless_it_is_asked_for() {
    assert_eq!(code("1.0.0-0.dev.git.12.hccccccc", "bbbbbbb", &GIT), "bump.downgrade");
    assert_eq!(code("1.0.0-0.dev.git.20.hddddddd", "latest", &GIT), "bump.downgrade");
    let index = index(&GIT);
    let found = resolve("1.0.0-0.dev.git.12.hccccccc", &"bbbbbbb".parse().unwrap(), &index, true).unwrap();
    assert!(matches!(found.notices.as_slice(), [Notice::Downgrade { .. }]));
}

#[test]
fn the_latest_keeps_to_the_kind_of_version_in_use() {
    let versions = ["1.0.0", "2.0.0-beta.1", "1.9.0", "1.10.0", "2.0.0-0.dev.git.9.haaaaaaa", "odd one"];
    let (found, notices) = meant("1.0.0", "latest", &versions).unwrap();
    assert_eq!(found, "1.10.0");
    assert_eq!(
        notices.first().unwrap().to_string(),
        "published versions of no known scheme were left out: odd one"
    );
    assert_eq!(meant("2.0.0-alpha.1", "latest", &versions).unwrap().0, "2.0.0-beta.1");
}

#[test]
fn a_chart_that_was_given_up_is_named() {
    let mut index = index(&["10.5.15"]);
    for entry in &mut index.entries {
        entry.deprecated = true;
    }
    let found = resolve("10.5.14", &Target::Latest, &index, false).unwrap();
    assert!(matches!(found.notices.as_slice(), [Notice::Deprecated { .. }]));
}

#[test]
fn the_compare_page_is_one_that_exists() {
    let url = |name: &str, source: Option<&str>, old: &str, new: &str| {
        let entry =
            IndexEntry { sources: source.map(str::to_owned).into_iter().collect(), ..IndexEntry::default() };
        compare_url(name, Some(&entry), old, new).map(|url| url.to_string())
    };
    let (old, new) = ("1.0.0-0.dev.git.9.hbbbbbbb", "1.0.0-0.dev.git.12.hccccccc");
    let page = |path: &str| Some(format!("https://github.com/{path}"));
    assert_eq!(url("binderhub", None, old, new), page("jupyterhub/binderhub/compare/bbbbbbb...ccccccc"));
    assert_eq!(
        url("mine", Some("https://github.com/me/mine.git"), old, new),
        page("me/mine/compare/bbbbbbb...ccccccc")
    );
    assert_eq!(
        url("jupyterhub", None, "3.3.7", "4.0.0-0.dev.git.6543.ha8cb249d"),
        page("jupyterhub/zero-to-jupyterhub-k8s/compare/3.3.7...a8cb249d")
    );
    // Nobody knows how these tag their releases.
    assert_eq!(url("mine", Some("https://github.com/me/mine"), "1.0.0", "1.1.0"), None);
    assert_eq!(url("jupyterhub", Some("https://github.com/me/fork"), "3.3.7", "3.3.8"), None);
    assert_eq!(url("mine", Some("https://gitlab.com/me/mine"), old, new), None);
    assert_eq!(url("mine", None, old, new), None);
}
