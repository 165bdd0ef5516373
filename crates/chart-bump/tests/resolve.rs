//! From a target to the version that is meant, and everything that stands in the way.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use chart_bump::source::{Index, IndexEntry};
use chart_bump::version::Scheme;
use chart_bump::{
    Allow, BumpError, Guard, History, Notice, Origin, Part, Pin, Published, Rules, Target, compare_url,
    resolve,
};
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
    resolve("binderhub", &pin(current), &target, &index.into(), &Rules::default())
        .map(|found| (found.version, found.notices))
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
    let index = index(&GIT).into();
    let rules = Rules { allow: [Guard::Downgrade].into_iter().collect(), ..Rules::default() };
    let current = pin("1.0.0-0.dev.git.12.hccccccc");
    let found = resolve("binderhub", &current, &"bbbbbbb".parse().unwrap(), &index, &rules).unwrap();
    assert_eq!(
        found.notices.first().unwrap().to_string(),
        "1.0.0-0.dev.git.9.hbbbbbbb is older than 1.0.0-0.dev.git.12.hccccccc, which binderhub has now: \
         let through by `--allow downgrade`"
    );
}

#[test]
fn the_latest_keeps_to_the_kind_of_version_in_use() {
    let versions = ["1.0.0", "2.0.0-beta.1", "1.9.0", "1.10.0", "2.0.0-0.dev.git.9.haaaaaaa", "1 odd one"];
    let (found, notices) = meant("1.0.0", "latest", &versions).unwrap();
    assert_eq!(found, "1.10.0");
    assert_eq!(
        notices.first().unwrap().to_string(),
        "published versions of no known scheme were left out: 1 odd one"
    );
    assert_eq!(meant("2.0.0-alpha.1", "latest", &versions).unwrap().0, "2.0.0-beta.1");
}

/// One bump past which every guard speaks, each after the one before it is lifted.
#[test]
fn guards_speak_in_their_order_and_each_can_be_lifted() {
    let mut index = index(&["10.5.13"]);
    for entry in &mut index.entries {
        entry.deprecated = true;
    }
    let mut current = pin("10.5.14");
    current.repository = Some("https://grafana.github.io/helm-charts".into());
    let mut lifted = Vec::new();
    let mut told = Vec::new();
    for published in [Published::Index(index.clone()), index.into()] {
        loop {
            let rules = Rules {
                scheme: Some(Scheme::Chartpress),
                allow: lifted.iter().copied().collect::<Allow>(),
                ..Rules::default()
            };
            match resolve("grafana", &current, &"10.5.13".parse().unwrap(), &published, &rules) {
                Ok(found) => {
                    let overridden = |notice: &&Notice| matches!(notice, Notice::Overridden { .. });
                    assert_eq!(found.notices.iter().filter(overridden).count(), lifted.len());
                    break;
                }
                Err(error) => {
                    told.push(error.code().to_string());
                    lifted.push(Guard::of(&error).unwrap());
                }
            }
        }
    }
    assert_eq!(told, ["bump.wrong_scheme", "bump.deprecated", "bump.moved", "bump.downgrade"]);
    let mut in_order = lifted.clone();
    in_order.sort();
    assert_eq!(lifted, in_order);
}

#[test]
fn an_unpublished_version_can_be_let_through_but_no_commit() {
    let index: Published = index(&GIT).into();
    let rules = Rules { allow: [Guard::Unpublished].into_iter().collect(), ..Rules::default() };
    let current = pin("1.0.0-0.dev.git.9.hbbbbbbb");
    let ask = |target: &str| resolve("binderhub", &current, &target.parse().unwrap(), &index, &rules);
    let found = ask("1.0.0-0.dev.git.99.hddddddd").unwrap();
    assert_eq!((found.version.as_str(), found.entry), ("1.0.0-0.dev.git.99.hddddddd", None));
    assert_eq!(ask("ddddddd").unwrap_err().code().as_str(), "bump.not_published");
}

/// A version in use is never refused: there is nothing to do.
#[test]
fn what_is_there_already_passes_every_guard() {
    let mut index = index(&["10.5.15"]);
    for entry in &mut index.entries {
        entry.deprecated = true;
    }
    let index = index.into();
    let found = resolve("grafana", &pin("10.5.15"), &Target::Latest, &index, &Rules::default()).unwrap();
    assert_eq!(found.notices, vec![]);
}

#[test]
fn a_declared_scheme_decides_what_is_the_latest_and_names_the_rest() {
    let index: Published = index(&["0.2.0-n988.haaaaaaa", "0.2.0-n1011.hbbbbbbb", "3.0.0", "9692255"]).into();
    let rules = Rules { scheme: Some(Scheme::Chartpress), ..Rules::default() };
    let ask = |current| resolve("binderhub", &pin(current), &Target::Latest, &index, &rules);
    let found = ask("0.2.0-n988.haaaaaaa").unwrap();
    assert_eq!(found.version, "0.2.0-n1011.hbbbbbbb");
    assert_eq!(
        found.notices.first().unwrap().to_string(),
        "published versions not of scheme chartpress were left out: 3.0.0, 9692255"
    );
    assert_eq!(ask("3.0.0").unwrap_err().code().as_str(), "bump.no_order");
}

#[test]
fn a_tag_of_an_image_is_taken_at_its_word() {
    let image = "jupyter/repo2docker";
    let published = Published::Unlisted { image: image.into(), why: "it is out of reach".into() };
    let ask = |current: &str, target: &str| {
        let current = Pin {
            part: Part::Tag,
            scalar: format!("{image}:{current}"),
            repository: Some(image.into()),
            ..pin(current)
        };
        resolve("repo2docker", &current, &target.parse().unwrap(), &published, &Rules::default())
            .map(|found| (found.version, found.notices.len()))
    };
    let code = |current, target| ask(current, target).unwrap_err().code().to_string();
    // Unchecked, moved, and without an order.
    assert_eq!(ask("a161b09", "65d5411").unwrap(), ("65d5411".to_owned(), 3));
    assert_eq!(ask("2026.4.1.dev44-g97bb4e45a", "2026.5.0").unwrap().0, "2026.5.0");
    assert_eq!(ask("2026.4.1", "2026.4.1").unwrap(), ("2026.4.1".to_owned(), 0));
    assert_eq!(code("2026.4.1.dev44-g97bb4e45a", "97bb4e4"), "source.no_tag");
    assert_eq!(code("2026.4.1", "latest"), "source.no_tag");
    assert_eq!(code("2026.4.1.dev44-g97bb4e45a", "2026.4.1.dev9-gaaaaaaa"), "bump.downgrade");
}

#[test]
fn the_compare_page_is_one_that_exists() {
    let url = |name: &str, source: Option<&str>, old: &str, new: &str| {
        let entry =
            IndexEntry { sources: source.map(str::to_owned).into_iter().collect(), ..IndexEntry::default() };
        compare_url(name, None, Some(&entry), None, (old, new)).map(|url| url.to_string())
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
    // What bump.yaml declares comes first, and brings the form of the tags along.
    let declared = |repository| {
        compare_url("mine", Some(repository), None, None, ("3.3.7", "3.3.8")).map(|url| url.to_string())
    };
    assert_eq!(
        declared("jupyterhub/zero-to-jupyterhub-k8s"),
        page("jupyterhub/zero-to-jupyterhub-k8s/compare/3.3.7...3.3.8")
    );
    assert_eq!(declared("me/mine"), None);
}

/// One commit a digit: 1-2-3-4 on the main line, 3 merging the side commit 5 of 1, and 6 on 2 alone.
fn history() -> History {
    let commits = [(1, vec![]), (2, vec![1]), (5, vec![1]), (6, vec![2]), (3, vec![2, 5]), (4, vec![3])];
    let name = |digit: &u8| digit.to_string().repeat(40);
    let line = |(commit, parents): &(u8, Vec<u8>)| {
        let words: Vec<String> = std::iter::once(commit).chain(parents).map(name).collect();
        format!("0 {}\n", words.join(" "))
    };
    let text: String = commits.iter().map(line).collect();
    History::parse(&text, &format!("refs/heads/main {}\nrefs/heads/old {}\n", name(&4), name(&6)))
}

#[test]
fn a_commit_means_the_first_published_version_that_contains_it() {
    let index: Published =
        index(&["0.1.0-1111111", "0.1.0-6666666", "0.1.0-3333333", "0.1.0-4444444"]).into();
    let ask = |target: &str, branch: Option<&str>| {
        let history = match branch {
            Some(branch) => history().published_from(branch).unwrap(),
            None => history(),
        };
        let rules = Rules { history: Some(history), ..Rules::default() };
        resolve("binderhub", &pin("0.1.0-1111111"), &target.parse().unwrap(), &index, &rules)
            .map(|found| (found.version, found.notices.len()))
            .map_err(|error| error.code().to_string())
    };
    let found = |version: &str| Ok((version.to_owned(), 0));
    // The side commit came with the merge, which was published.
    assert_eq!(ask("5555555", None), found("0.1.0-3333333"));
    assert_eq!(ask("4444444", None), found("0.1.0-4444444"));
    // 6 stands first in the list of commits, but off the branch from which is published.
    assert_eq!(ask("2222222", Some("main")), found("0.1.0-3333333"));
    assert_eq!(ask("2222222", Some("old")), found("0.1.0-6666666"));
    assert_eq!(ask("6666666", Some("main")), Err("bump.not_published".to_owned()));
    assert_eq!(ask("7777777", None), Err("history.no_commit".to_owned()));
}

#[test]
fn history_decides_what_is_ahead_where_it_knows_both() {
    let versions = ["0.1.0-2222222", "0.1.0-4444444", "0.1.0-5555555", "0.1.0-6666666", "0.1.0-9999999"];
    let index: Published = index(&versions).into();
    let ask = |current: &str, target: &str, allow: &[Guard]| {
        let allow = allow.iter().copied().collect();
        let rules = Rules { allow, history: Some(history()), ..Rules::default() };
        resolve("binderhub", &pin(current), &target.parse().unwrap(), &index, &rules)
            .map(|found| found.notices.len())
            .map_err(|error| error.code().to_string())
    };
    assert_eq!(ask("0.1.0-2222222", "0.1.0-4444444", &[]), Ok(0));
    assert_eq!(ask("0.1.0-4444444", "0.1.0-2222222", &[]), Err("bump.downgrade".to_owned()));
    assert_eq!(ask("0.1.0-4444444", "0.1.0-6666666", &[]), Err("bump.diverged".to_owned()));
    assert_eq!(ask("0.1.0-4444444", "0.1.0-6666666", &[Guard::Downgrade]), Ok(1));
    // Not in the clone, and no order in the text.
    assert_eq!(ask("0.1.0-4444444", "0.1.0-9999999", &[]), Ok(2));
}
