//! What the forge tells of upstream, where no clone is at hand.

use chart_bump::forge::{ForgeFault, ancestry, between, green, release_notes, waiting};
use chart_bump::source::Index;
use chart_bump::{Guard, Origin, Pin, Published, Rules, Target, resolve};
use github_client::Repo;
use stand_ins::github::{GitHub, Merge};

use crate::{TOKEN, forge, http, patience};

const HUB: &str = "up/hub";

fn hub() -> Repo {
    HUB.parse().unwrap()
}

fn merge<'a>(number: u64, title: &'a str, merged_by: &'a str) -> Merge<'a> {
    Merge { number, title, author: "ann", merged_by, labels: &["bug"] }
}

/// Three merges, each published as a version of its own.
async fn upstream() -> (GitHub, github_client::GitHub, Vec<String>) {
    let double = GitHub::new(TOKEN);
    let mut commits = vec![double.add_repository(HUB, &[("a", "1")])];
    for (number, title, by) in [(7, "Fix it", "bob"), (8, "Break it", "machine[bot]"), (9, "Mend it", "eve")]
    {
        commits.push(double.merge(HUB, &merge(number, title, by)));
    }
    let client = forge(&double, patience(), http()).await.github;
    (double, client, commits)
}

fn version(number: usize, commit: &str) -> String {
    format!("1.0.0-0.dev.git.{number}.h{}", &commit[..8])
}

#[tokio::test]
async fn what_was_merged_is_told_newest_first() {
    let (double, client, commits) = upstream().await;
    let (old, new) = (version(1, &commits[0]), version(4, &commits[3]));
    let found = between(&client, &hub(), &old, &new).await.unwrap().unwrap();
    let titles: Vec<&str> = found.merged.iter().map(|pull| pull.title.as_str()).collect();
    assert_eq!(titles, ["Mend it", "Break it", "Fix it"]);
    assert_eq!((found.commits, found.is_cut, found.merger()), (6, false, Some("eve")));
    let requests = double.asked().len();
    assert_eq!(requests, 2, "one comparison and one page: {:?}", double.asked());
    let part =
        between(&client, &hub(), &version(2, &commits[1]), &version(3, &commits[2])).await.unwrap().unwrap();
    assert_eq!((part.merged.len(), part.merger()), (1, None), "a machine is nobody to ask");
    assert_eq!(between(&client, &hub(), "9.9.9", &new).await.unwrap(), None);
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn without_graphql_the_rest_api_tells_the_same() {
    let (double, client, commits) = upstream().await;
    let (old, new) = (version(1, &commits[0]), version(4, &commits[3]));
    let by_graphql = between(&client, &hub(), &old, &new).await.unwrap().unwrap();
    // Whoever has no token may not ask GraphQL; the double answers as GitHub does.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(stand_ins::github::serve(listener, double.clone()));
    let nobody =
        github_client::GitHub::new(http(), url.parse().unwrap(), None).unwrap().with_patience(patience());
    let by_rest = between(&nobody, &hub(), &old, &new).await.unwrap().unwrap();
    let numbers =
        |found: &chart_bump::forge::Between| found.merged.iter().map(|pull| pull.number).collect::<Vec<_>>();
    assert_eq!(numbers(&by_rest), numbers(&by_graphql));
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_commit_means_the_first_version_that_contains_it_by_comparisons() {
    let (double, client, commits) = upstream().await;
    let side = double.pulls(HUB)[1].head_oid.clone();
    let list: Vec<String> = commits.iter().enumerate().map(|(at, commit)| version(at + 1, commit)).collect();
    let entries: Vec<String> = list.iter().map(|version| format!("{{version: \"{version}\"}}")).collect();
    let index = format!("entries: {{hub: [{}]}}\n", entries.join(", "));
    let published: Published =
        Index::parse(Origin::File("index.yaml".into()), "hub", index.as_bytes()).unwrap().into();
    let pin = |version: &str| Pin {
        manifest: 0,
        path: "version".parse().unwrap(),
        version: version.to_owned(),
        scalar: version.to_owned(),
        part: chart_bump::Part::Whole,
        place: problem::Place::new("Chart.yaml", 1, 1),
        repository: None,
    };
    let rules = async |versions: &[&str]| Rules {
        history: Some(ancestry(&client, &hub(), "main", versions).await.unwrap()),
        ..Rules::default()
    };
    let old = pin(&list[0]);
    let target: Target = side.parse().unwrap();
    let known = rules(&[&list[0], &side]).await;
    let found = resolve("hub", &old, &target, &published, &known).unwrap();
    assert_eq!(found.version, list[2], "the merge of the commit is the first that has it");
    assert!(found.notices.is_empty(), "{:?}", found.notices);

    let back: Target = list[1].parse().unwrap();
    let known = rules(&[&list[3], &list[1]]).await;
    let error = resolve("hub", &pin(&list[3]), &back, &published, &known).unwrap_err();
    assert_eq!(Guard::of(&error), Some(Guard::Downgrade), "{error}");
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn what_waits_is_counted_without_merges() {
    let (_, client, commits) = upstream().await;
    let found = waiting(&client, &hub(), &version(2, &commits[1]), "main").await.unwrap().unwrap();
    assert_eq!(found.commits, 2);
    assert!(found.since.is_some());
    let none = waiting(&client, &hub(), &version(4, &commits[3]), "HEAD").await.unwrap().unwrap();
    assert_eq!((none.commits, none.since), (0, None));
}

#[tokio::test]
async fn only_green_versions_pass() {
    let (double, client, commits) = upstream().await;
    let new = version(4, &commits[3]);
    assert!(!green(&client, &hub(), &new).await.unwrap(), "nobody checked it");
    double.add_check(HUB, &commits[3], "test", Some("success"));
    assert!(green(&client, &hub(), &new).await.unwrap());
    double.add_check(HUB, &commits[3], "publish", None);
    let error = green(&client, &hub(), &new).await.unwrap_err();
    assert_eq!(error.to_string(), format!("upstream's checks of {new} have not ended: publish"));
    double.add_check(HUB, &commits[3], "lint", Some("failure"));
    let error = green(&client, &hub(), &new).await.unwrap_err();
    assert!(
        matches!(&error, ForgeFault::Checks { failed: true, checks, .. } if checks == &["lint"]),
        "{error}"
    );
}

#[tokio::test]
async fn the_notes_of_every_release_in_between_are_found() {
    let (double, client, commits) = upstream().await;
    for (tag, commit) in [("1.0.0", 0), ("1.1.0", 1), ("1.2.0", 2), ("2.0.0", 3)] {
        double.add_tag(HUB, tag, &commits[commit]);
        double.add_release(HUB, tag, &format!("Notes of {tag}."));
    }
    let notes = release_notes(&client, &hub(), "1.0.0", "1.2.0").await.unwrap();
    let texts: Vec<&str> = notes.iter().map(|notes| notes.text.as_str()).collect();
    assert_eq!(texts, ["Notes of 1.2.0.", "Notes of 1.1.0."]);
    let found = between(&client, &hub(), "1.0.0", "1.2.0").await.unwrap().unwrap();
    assert_eq!(found.merged.len(), 2, "tags are known as well");
}
