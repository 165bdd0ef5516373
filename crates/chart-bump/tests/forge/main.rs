//! Pull requests against a GitHub over HTTP that keeps what is written, and breaks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    reason = "tests stop at the first surprise, and a proof says what it went through"
)]

mod person;
mod proof;
mod steps;
mod upstream;

use std::time::Duration;

use chart_bump::forge::{Forge, Proposal};
use chart_bump::{Allow, FileChange};
use github_client::{GitHub, Patience, client_builder};
use stand_ins::github;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) const TOKEN: &str = "a test token";
pub(crate) const REPO: &str = "me/deploy";

/// Long enough for a loaded machine, with short pauses.
pub(crate) fn patience() -> Patience {
    Patience {
        total: Duration::from_secs(60),
        attempt: Duration::from_secs(30),
        pause: Duration::from_millis(1),
        between_writes: Duration::ZERO,
        unnamed_limit: Duration::from_millis(1),
    }
}

pub(crate) fn http() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    client_builder(reqwest::Client::builder().user_agent("test").no_proxy()).build().unwrap()
}

/// The forge of a double, which is served until the test ends.
pub(crate) async fn forge(double: &github::GitHub, patience: Patience, http: reqwest::Client) -> Forge {
    served(double, patience, http).await.0
}

/// The forge of a double, and the task that serves it: its sockets close when the task is aborted.
pub(crate) async fn served(
    double: &github::GitHub,
    patience: Patience,
    http: reqwest::Client,
) -> (Forge, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(github::serve(listener, double.clone()));
    let github = GitHub::new(http, url.parse().unwrap(), Some(TOKEN.into())).unwrap();
    (Forge { github: github.with_patience(patience), repo: REPO.parse().unwrap() }, server)
}

/// A deployment repository with the hub at version 1.
pub(crate) async fn ready() -> (github::GitHub, Forge) {
    let double = github::GitHub::new(TOKEN);
    double.add_repository(REPO, &[("hub/Chart.yaml", "version: 1\n"), ("README.md", "x")]);
    double.add_collaborator(REPO, "ann");
    let forge = forge(&double, patience(), http()).await;
    (double, forge)
}

/// The hub from one version to another.
pub(crate) fn bump(old: u32, new: u32) -> Proposal {
    let file = |version: u32| format!("version: {version}\n");
    Proposal {
        branch: "bump/hub".parse().unwrap(),
        base: None,
        title: format!("hub: {old}...{new}"),
        body: format!("From {old} to {new}.\r\n"),
        message: format!("hub: {old}...{new}\n\nFrom {old} to {new}.\n"),
        files: vec![FileChange { file: "hub/Chart.yaml".into(), before: Some(file(old)), after: file(new) }],
        labels: vec!["maintenance".to_owned()],
        assignees: vec!["ann".to_owned()],
        auto_merge: true,
        allow: Allow::default(),
    }
}

/// The hub with a second chart, on the branch of their group.
pub(crate) fn grouped(old: u32, new: u32) -> Proposal {
    let apart = bump(old, new);
    let mut files = apart.files.clone();
    files.extend(files.first().cloned().map(|file| FileChange { file: "extra/Chart.yaml".into(), ..file }));
    Proposal {
        branch: "bump/all".parse().unwrap(),
        title: format!("all: hub {old}...{new}, extra {old}...{new}"),
        message: format!("all: hub {old}...{new}, extra {old}...{new}\n\nBoth.\n"),
        files,
        ..apart
    }
}

/// How many requests wrote something.
pub(crate) fn writes(double: &github::GitHub) -> usize {
    double.asked().iter().filter(|asked| asked.writes).count()
}

/// Asserts that exactly what `proposal` describes is there, from `count` pull requests in all.
pub(crate) fn assert_there(double: &github::GitHub, proposal: &Proposal, count: usize, what: &str) {
    let pulls = double.pulls(REPO);
    let open: Vec<_> = pulls.iter().filter(|pull| pull.state == github::PullState::Open).collect();
    assert_eq!((open.len(), pulls.len()), (1, count), "{what}: pull requests");
    let pull = open[0];
    assert_eq!((&pull.title, &pull.body), (&proposal.title, &proposal.body), "{what}");
    assert_eq!((&pull.labels, &pull.assignees), (&proposal.labels, &proposal.assignees), "{what}");
    assert_eq!(pull.auto_merge, proposal.auto_merge, "{what}");
    let branches = double.branches(REPO);
    let branch = proposal.branch.as_str();
    assert_eq!(branches.keys().collect::<Vec<_>>(), [branch, "main"], "{what}");
    assert_eq!(pull.head_oid, branches[branch], "{what}");
    let ahead = double.ahead(REPO, branch);
    assert_eq!(ahead.len(), 1, "{what}: one commit on the tip of the base: {ahead:?}");
    assert!(ahead[0].starts_with(proposal.message.trim_end()), "{what}: {ahead:?}");
    let mut wanted = double.files(REPO, "main");
    wanted.extend(proposal.files.iter().map(|file| (file.file.to_string(), file.after.clone())));
    assert_eq!(double.files(REPO, branch), wanted, "{what}");
    assert_eq!(double.violations(), Vec::<String>::new(), "{what}");
}
