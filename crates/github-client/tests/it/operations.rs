//! Every operation against a GitHub that judges each request and answer, in both versions of the API.

use github_client::{
    ApiVersion, Branch, CheckState, Error, Listing, Mode, NewFile, Oid, PullEdit, PullState, Repo, Standing,
};
use stand_ins::github::Merge;

use crate::github;

fn repo() -> Repo {
    "me/deploy".parse().unwrap()
}

fn oid(text: &str) -> Oid {
    text.parse().unwrap()
}

fn merge<'a>(number: u64, title: &'a str, merged_by: &'a str) -> Merge<'a> {
    Merge { number, title, author: "ann", merged_by, labels: &["bug"] }
}

#[tokio::test]
async fn a_branch_is_made_moved_and_deleted_only_from_where_it_was_seen() {
    let (double, client) = github().await;
    let first =
        oid(&double.add_repository("me/deploy", &[("chart/Chart.yaml", "version: 1\n"), ("README", "x")]));
    let repository = client.repository(&repo()).await.unwrap();
    assert_eq!(repository.default_branch.as_str(), "main");
    let branch: Branch = "bump/hub".parse().unwrap();
    assert_eq!(client.branch(&repo(), &branch).await.unwrap(), None);

    let base = client.commit(&repo(), &first).await.unwrap();
    let top = client.tree(&repo(), &base.tree).await.unwrap();
    let folder = top.iter().find(|entry| entry.path == "chart").unwrap();
    assert_eq!(folder.mode, Mode::Folder);
    let inside = client.tree(&repo(), &folder.oid).await.unwrap();
    assert_eq!(inside.iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["Chart.yaml"]);

    let file = NewFile { path: "chart/Chart.yaml".into(), mode: Mode::File, text: "version: 2\n".into() };
    let tree = client.create_tree(&repo(), &base.tree, &[file]).await.unwrap();
    let commit = client.create_commit(&repo(), &tree, &first, "hub: 1...2").await.unwrap();
    assert_eq!(client.commit(&repo(), &commit.oid).await.unwrap(), commit);
    client.move_branch(&repository, &branch, None, Some(&commit.oid)).await.unwrap();
    assert_eq!(client.branch(&repo(), &branch).await.unwrap(), Some(commit.oid.clone()));
    assert_eq!(double.files("me/deploy", "bump/hub")["chart/Chart.yaml"], "version: 2\n");
    assert_eq!(double.files("me/deploy", "bump/hub")["README"], "x");

    let elsewhere = client.move_branch(&repository, &branch, None, Some(&first)).await.unwrap_err();
    assert!(matches!(elsewhere, Error::Query { .. }), "{elsewhere:?}");
    client.move_branch(&repository, &branch, Some(&commit.oid), None).await.unwrap();
    assert_eq!(client.branch(&repo(), &branch).await.unwrap(), None);
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_pull_request_is_opened_once_edited_labelled_assigned_and_closed() {
    for version in [ApiVersion::V2022_11_28, ApiVersion::V2026_03_10] {
        let (double, client) = github().await;
        let client = client.with_version(version);
        double.add_repository("me/deploy", &[("a", "1")]);
        double.add_collaborator("me/deploy", "ann");
        double.push("me/deploy", "bump/hub", "change", "machine", &[("a", "2")]);
        let (head, base): (Branch, Branch) = ("bump/hub".parse().unwrap(), "main".parse().unwrap());
        let pull = client.open_pull(&repo(), &head, &base, "hub: 1...2", "body").await.unwrap();
        assert_eq!((pull.number, pull.open, pull.body.as_str()), (1, true, "body"));
        let twice = client.open_pull(&repo(), &head, &base, "hub: 1...2", "body").await.unwrap_err();
        assert!(twice.to_string().contains("already exists"), "{twice}");

        let edit = PullEdit { title: Some("hub: 1...3".into()), ..PullEdit::default() };
        let pull = client.edit_pull(&repo(), 1, &edit).await.unwrap();
        assert_eq!((pull.title.as_str(), pull.body.as_str()), ("hub: 1...3", "body"));
        for _ in 0..2 {
            client.add_labels(&repo(), 1, &["maintenance".to_owned()]).await.unwrap();
            let assigned = client.assign(&repo(), 1, &["ann".to_owned(), "nobody".to_owned()]).await.unwrap();
            assert_eq!(assigned, ["ann"]);
        }
        client.enable_auto_merge(&pull, &pull.head_oid).await.unwrap();
        let open = client.pulls(&repo(), Some(&head), PullState::Open).await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].labels, ["maintenance"]);
        assert_eq!(open[0].assignees, ["ann"]);
        assert!(open[0].auto_merge);

        let close = PullEdit { close: true, ..PullEdit::default() };
        assert!(!client.edit_pull(&repo(), 1, &close).await.unwrap().open);
        assert!(client.pulls(&repo(), Some(&head), PullState::Open).await.unwrap().is_empty());
        let closed = client.pulls(&repo(), None, PullState::Closed).await.unwrap();
        assert_eq!((closed.len(), closed[0].merged_at), (1, None));
        assert_eq!(double.violations(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn auto_merge_that_is_not_allowed_says_so() {
    let (double, client) = github().await;
    double.add_repository("me/deploy", &[("a", "1")]);
    double.allow_auto_merge("me/deploy", false);
    double.push("me/deploy", "bump/hub", "change", "machine", &[("a", "2")]);
    let (head, base): (Branch, Branch) = ("bump/hub".parse().unwrap(), "main".parse().unwrap());
    let pull = client.open_pull(&repo(), &head, &base, "t", "b").await.unwrap();
    let error = client.enable_auto_merge(&pull, &pull.head_oid).await.unwrap_err();
    assert!(error.to_string().contains("not allowed for this repository"), "{error}");
}

#[tokio::test]
async fn a_comparison_tells_which_contains_which() {
    let (double, client) = github().await;
    let first = double.add_repository("me/deploy", &[("a", "1")]);
    let side = double.push("me/deploy", "side", "side", "bob", &[("b", "1")]);
    let merged = double.merge("me/deploy", &merge(7, "Fix it", "bob"));
    let ask = async |base: &str, head: &str| client.compare(&repo(), base, head).await.unwrap();
    let ahead = ask(&first, &merged).await;
    assert_eq!((ahead.standing, ahead.ahead_by, ahead.behind_by), (Standing::Ahead, 2, 0));
    assert_eq!(ahead.commits[0].author.as_deref(), Some("ann"));
    assert_eq!(ahead.commits[1].parents.len(), 2);
    assert_eq!(ahead.merge_base.as_str(), first);
    assert_eq!(ask(&merged[..9], &first[..9]).await.standing, Standing::Behind);
    assert_eq!(ask("main", &merged).await.standing, Standing::Identical);
    assert_eq!(ask(&side, "main").await.standing, Standing::Diverged);
    let absent = client.compare(&repo(), "main", "0123456").await.unwrap_err();
    assert!(matches!(absent, Error::NotFound { .. }), "{absent:?}");
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn long_lists_come_page_by_page() {
    let (double, client) = github().await;
    let first = double.add_repository("me/deploy", &[("a", "1")]);
    for number in 1..=230 {
        let last = double.merge("me/deploy", &merge(number, "Fix", "bob"));
        double.add_tag("me/deploy", &format!("v{number}"), &last);
    }
    let compared = client.compare(&repo(), &first, "main").await.unwrap();
    assert_eq!((compared.ahead_by, compared.commits.len()), (460, 460));
    let tags = client.listed(&repo(), Listing::Tags, &[]).await.unwrap();
    let names: Vec<&str> = tags.iter().flat_map(|page| &page.items).map(|tag| tag.tag.as_str()).collect();
    assert_eq!((tags.len(), names.len(), names[0]), (3, 230, "v230"));

    let head = client.branch(&repo(), &"main".parse().unwrap()).await.unwrap().unwrap();
    let (mut after, mut commits, mut pages) = (None, Vec::new(), 0);
    loop {
        let page = client.history(&repo(), &head, after.as_deref()).await.unwrap();
        commits.extend(page.commits);
        pages += 1;
        let Some(next) = page.next else { break };
        after = Some(next);
    }
    assert_eq!((commits.len(), pages), (461, 5), "a page holds a hundred commits");
    let newest = &commits[0].merged[0];
    assert_eq!((newest.number, newest.merged_by.as_deref()), (230, Some("bob")));
    assert_eq!(newest.labels, ["bug"]);
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn what_brought_a_commit_is_known_to_both_apis() {
    let (double, client) = github().await;
    double.add_repository("me/deploy", &[("a", "1")]);
    let merged = oid(&double.merge("me/deploy", &merge(7, "Fix it", "machine[bot]")));
    let page = client.history(&repo(), &merged, None).await.unwrap();
    let by_rest = client.merged_with(&repo(), &merged).await.unwrap();
    assert_eq!(page.commits[0].merged, by_rest);
    assert_eq!((by_rest[0].title.as_str(), by_rest[0].author.as_deref()), ("Fix it", Some("ann")));
    assert_eq!(client.merged_by(&repo(), 7).await.unwrap(), None, "a machine is nobody to assign");
    let absent = client.history(&repo(), &oid(&"1".repeat(40)), None).await.unwrap_err();
    assert!(matches!(absent, Error::NotFound { .. }), "{absent:?}");
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn checks_and_releases_are_read() {
    let (double, client) = github().await;
    let first = double.add_repository("me/deploy", &[("a", "1")]);
    assert_eq!(client.checks(&repo(), &first).await.unwrap().verdict(), None);
    double.add_check("me/deploy", &first, "lint", Some("success"));
    double.add_check("me/deploy", &first, "docs", Some("skipped"));
    assert_eq!(client.checks(&repo(), &first).await.unwrap().verdict(), Some(CheckState::Passed));
    double.add_check("me/deploy", &first, "publish", None);
    assert_eq!(client.checks(&repo(), "main").await.unwrap().verdict(), Some(CheckState::Pending));
    double.add_check("me/deploy", &first, "test", Some("timed_out"));
    let checks = client.checks(&repo(), "main").await.unwrap();
    assert_eq!(checks.verdict(), Some(CheckState::Failed));
    assert_eq!(
        checks.in_state(CheckState::Failed).map(|check| check.name.as_str()).collect::<Vec<_>>(),
        ["test"]
    );

    double.add_release("me/deploy", "1.0.0", "First.");
    double.add_release("me/deploy", "1.1.0", "Second.");
    let releases = client.releases(&repo(), 1).await.unwrap();
    assert_eq!(releases.iter().map(|release| release.tag.as_str()).collect::<Vec<_>>(), ["1.1.0", "1.0.0"]);
    assert_eq!(releases[0].body.as_deref(), Some("Second."));
    assert_eq!(double.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_list_is_sent_again_only_where_it_changed() {
    let (double, client) = github().await;
    let first = double.add_repository("me/deploy", &[("a", "1")]);
    for number in 1..=100 {
        double.add_tag("me/deploy", &format!("v{number}"), &first);
    }
    // A full page without a link to the next is followed by an empty one: it may have become full since.
    let kept = client.listed(&repo(), Listing::Tags, &[]).await.unwrap();
    assert_eq!(kept.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [100, 0]);
    let again = client.listed(&repo(), Listing::Tags, &kept).await.unwrap();
    assert_eq!((&again, double.unchanged()), (&kept, 2));
    double.add_tag("me/deploy", "v101", &first);
    let again = client.listed(&repo(), Listing::Tags, &kept).await.unwrap();
    assert_eq!(again.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [100, 1]);
    assert_eq!((again[0].items[0].tag.as_str(), double.unchanged()), ("v101", 2));

    double.add_release("me/deploy", "v1", "notes");
    double.add_prerelease("me/deploy", "v2");
    let releases = client.listed(&repo(), Listing::Releases, &[]).await.unwrap();
    let told: Vec<_> = releases[0].items.iter().map(|it| (it.tag.as_str(), it.prerelease)).collect();
    assert_eq!(told, [("v2", true), ("v1", false)]);
    assert_eq!(double.violations(), Vec::<String>::new());
}
