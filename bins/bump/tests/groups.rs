//! Several names on one branch: what goes along, what is left out, and what was there before.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use std::sync::Arc;

use common::{Place, Said};
use stand_ins::github::{Fault, GitHub, PullState, serve};
use tokio::net::TcpListener;

const TOKEN: &str = "ghp_planted0secret";
const REPO: &str = "me/deploy";
const CHART: &str = "hub/Chart.yaml";

struct Scene {
    double: GitHub,
    place: Arc<Place>,
    api: String,
}

fn config(grouped: bool) -> String {
    let watch = |name: &str| {
        let group = if grouped { "    group: charts\n" } else { "" };
        format!(
            "  {name}:\n    source: {{helm: https://charts.example.org, chart: {name}}}\n    scheme: semver\n{group}    \
             targets: [{{file: {CHART}, path: \"dependencies[name={name}].version\"}}]\n"
        )
    };
    format!(
        "apiVersion: 1\nwatch:\n{}{}{}pull-requests: {{labels: [maintenance], auto-merge: [one, two, three]}}\n",
        watch("one"),
        watch("two"),
        watch("three")
    )
}

fn chart(versions: [&str; 3]) -> String {
    let dependency = |(name, version)| {
        format!("- {{name: {name}, version: {version}, repository: https://charts.example.org}} # ours\n")
    };
    let each: String = ["one", "two", "three"].into_iter().zip(versions).map(dependency).collect();
    format!("dependencies:\n{each}")
}

impl Scene {
    async fn new(grouped: bool) -> Self {
        let double = GitHub::new(TOKEN);
        let (config, chart) = (config(grouped), chart(["1.0.0", "1.0.0", "1.0.0"]));
        double.add_repository(REPO, &[("bump.yaml", &config), (CHART, &chart)]);
        let place = Arc::new(Place::new());
        place.write("bump.yaml", &config);
        place.write(CHART, &chart);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, double.clone()));
        let scene = Self { double, place, api };
        scene.publish([&["1.0.0", "2.0.0"], &["1.0.0", "3.0.0"], &["1.0.0"]], "");
        scene
    }

    /// What is published of each name; `third` goes into the newest of the third.
    fn publish(&self, versions: [&[&str]; 3], third: &str) {
        let mut index = "entries:\n".to_owned();
        for (name, versions) in ["one", "two", "three"].into_iter().zip(versions) {
            index.push_str(&format!("  {name}:\n"));
            for version in versions {
                let more = if name == "three" { third } else { "" };
                index.push_str(&format!("  - {{version: {version}{more}}}\n"));
            }
        }
        self.place.write("index.yaml", &index);
        self.place.commit("index");
    }

    async fn bump(&self, args: &[&str]) -> Said {
        self.plain(&[args, &["--index", "index.yaml"]].concat()).await
    }

    /// A command that reads no index.
    async fn plain(&self, args: &[&str]) -> Said {
        let (place, api) = (Arc::clone(&self.place), self.api.clone());
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        let run = move || {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let env =
                [("GITHUB_API_URL", api.as_str()), ("GITHUB_TOKEN", TOKEN), ("GITHUB_REPOSITORY", REPO)];
            place.bump_with(&args, &env)
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    async fn all(&self) -> Said {
        self.bump(&["--all", "--pr"]).await
    }

    fn open(&self) -> Vec<String> {
        let pulls = self.double.pulls(REPO).into_iter();
        pulls.filter(|pull| pull.state == PullState::Open).map(|pull| pull.title).collect()
    }

    fn branches(&self) -> Vec<String> {
        self.double.branches(REPO).into_keys().collect()
    }

    fn writes(&self) -> usize {
        self.double.asked().iter().filter(|asked| asked.writes).count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_one_branch_and_one_pull_request_that_is_edited_in_place() {
    let scene = Scene::new(true).await;
    let said = scene.all().await;
    assert_eq!(said.code, 0, "{said:?}");
    let title = "charts: one 1.0.0...2.0.0, two 1.0.0...3.0.0";
    assert_eq!(
        (scene.open(), scene.branches()),
        (vec![title.to_owned()], vec!["bump/charts".into(), "main".into()])
    );
    assert_eq!(scene.double.files(REPO, "bump/charts")[CHART], chart(["2.0.0", "3.0.0", "1.0.0"]));
    assert_eq!(scene.double.ahead(REPO, "bump/charts").len(), 1, "one commit");
    let body = scene.double.pulls(REPO)[0].body.clone();
    for part in ["## one: 1.0.0...2.0.0", "## two: 1.0.0...3.0.0", "`hub/Chart.yaml:2:24`: 1.0.0 -> 2.0.0"] {
        assert!(body.contains(part), "`{part}` is missing in {body}");
    }
    assert!(!body.contains("three"), "{body}");

    let before = scene.writes();
    let said = scene.all().await;
    assert!(said.code == 0 && said.stderr.contains("nothing new in pull request #1"), "{said:?}");
    assert_eq!(scene.writes(), before);

    // One name alone is the whole group again: the others are not lost from the branch.
    scene.publish([&["1.0.0", "2.0.0", "2.1.0"], &["1.0.0", "3.0.0"], &["1.0.0", "4.0.0"]], "");
    let said = scene.bump(&["one", "2.0.0", "--pr"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let title = "charts: one 1.0.0...2.0.0, two 1.0.0...3.0.0, three 1.0.0...4.0.0";
    assert_eq!(scene.open(), [title]);
    let said = scene.bump(&["charts", "latest", "--pr"]).await;
    assert!(said.code == 0 && scene.open()[0].starts_with("charts: one 1.0.0...2.1.0, "), "{said:?}");
    assert_eq!(scene.double.pulls(REPO).len(), 1);
    assert_eq!(scene.double.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_a_guard_holds_back_is_left_out_and_named() {
    let scene = Scene::new(true).await;
    scene.publish([&["1.0.0", "2.0.0"], &["1.0.0"], &["1.0.0", "4.0.0"]], ", deprecated: true");
    let said = scene.all().await;
    assert!(said.code == 8 && said.stderr.contains("error[bump.deprecated]"), "{said:?}");
    assert_eq!(scene.open(), ["charts: one 1.0.0...2.0.0"]);
    let pull = scene.double.pulls(REPO)[0].clone();
    assert!(
        pull.body.starts_with("> [!WARNING]\n> three is left out: three 4.0.0 is marked as deprecated"),
        "{}",
        pull.body
    );
    assert_eq!(scene.double.files(REPO, "bump/charts")[CHART], chart(["2.0.0", "1.0.0", "1.0.0"]));
    // Told the same way again, nothing is new.
    let before = scene.writes();
    assert_eq!(scene.all().await.code, 8);
    assert_eq!(scene.writes(), before);
    // Let through, it goes along, and its warning is in the text.
    assert_eq!(scene.bump(&["--all", "--pr", "--allow", "deprecated"]).await.code, 0);
    assert_eq!(scene.open(), ["charts: one 1.0.0...2.0.0, three 1.0.0...4.0.0"]);
    assert!(scene.double.pulls(REPO)[0].body.contains("let through by"));
}

/// A source that is silent for a moment must not cost a name its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_whose_source_is_silent_holds_the_group_as_it_is() {
    let scene = Scene::new(true).await;
    assert_eq!(scene.all().await.code, 0);
    let before = scene.writes();
    let config = config(true).replace("{helm: https://charts.example.org, chart: two}", "{github: up/two}");
    scene.place.write("bump.yaml", &config);
    scene.place.commit("a source at GitHub");
    scene.double.break_by(|asked| (asked.path.contains("up/two")).then_some(Fault::Proxy));
    let said = scene.all().await;
    assert!(said.code == 7 && said.stderr.contains("error[github."), "{said:?}");
    assert_eq!((scene.writes(), scene.open().len()), (before, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pull_requests_of_names_that_went_alone_are_closed_but_a_persons_work_stays() {
    let scene = Scene::new(false).await;
    assert_eq!(scene.all().await.code, 0);
    assert_eq!(scene.open(), ["one: 1.0.0...2.0.0", "two: 1.0.0...3.0.0"]);
    scene.double.push(REPO, "bump/two", "by hand", "bob", &[("values.yaml", "a: b\n")]);
    scene.place.write("bump.yaml", &config(true));
    scene.place.commit("a group");
    let said = scene.all().await;
    assert!(said.code == 8 && said.stderr.contains("error[forge.person]"), "{said:?}");
    assert!(said.stderr.contains("closed pull request #1 and deleted bump/one"), "{said:?}");
    assert_eq!(scene.open(), ["two: 1.0.0...3.0.0", "charts: one 1.0.0...2.0.0"]);
    let pulls = scene.double.pulls(REPO);
    assert!(
        pulls[0].body.starts_with("Goes on in #3, with the other names of its group."),
        "{}",
        pulls[0].body
    );
    assert!(pulls[2].body.contains("two is left out: "), "{}", pulls[2].body);
    assert_eq!(scene.branches(), ["bump/charts", "bump/two", "main"]);

    // The group is gone again: each name goes alone, and the group's own is closed.
    scene.place.write("bump.yaml", &config(false));
    scene.place.commit("apart");
    let said = scene.all().await;
    assert!(said.stderr.contains("closed pull request #3 and deleted bump/charts"), "{said:?}");
    assert_eq!(scene.open(), ["two: 1.0.0...3.0.0", "one: 1.0.0...2.0.0"]);
    assert_eq!(scene.double.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persons_commit_on_the_groups_branch_stops_the_group() {
    let scene = Scene::new(true).await;
    assert_eq!(scene.all().await.code, 0);
    scene.double.push(REPO, "bump/charts", "by hand", "bob", &[("values.yaml", "a: b\n")]);
    let (before, head) = (scene.writes(), scene.double.branches(REPO)["bump/charts"].clone());
    scene.publish([&["1.0.0", "2.5.0"], &["1.0.0"], &["1.0.0"]], "");
    let said = scene.all().await;
    assert!(said.code == 8 && said.stderr.contains("error[forge.person]"), "{said:?}");
    assert_eq!((scene.writes(), &scene.double.branches(REPO)["bump/charts"]), (before, &head));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_rolled_back_blocks_its_names_until_the_label_is_off() {
    let scene = Scene::new(false).await;
    assert_eq!(scene.bump(&["one", "latest", "--pr"]).await.code, 0);
    scene.double.merge_open(REPO, 1, "ann");
    let merge = scene.double.branches(REPO)["main"].clone();
    let first = "0".repeat(40);
    for what in [format!("{first}...{merge}"), "one".to_owned()] {
        let said = scene.plain(&["rolled-back", &what, "--output", "json"]).await;
        assert!(
            said.code == 0 && said.json()["pull_requests"][0]["number"].as_u64() == Some(1),
            "{what}: {said:?}"
        );
    }
    assert_eq!(scene.double.pulls(REPO)[0].labels, ["maintenance", "rolled-back"]);

    scene.place.write(CHART, &chart(["2.0.0", "1.0.0", "1.0.0"]));
    scene.publish([&["1.0.0", "2.0.0", "2.1.0"], &["1.0.0", "3.0.0"], &["1.0.0"]], "");
    let said = scene.bump(&["one", "latest", "--pr"]).await;
    assert!(said.code == 8 && said.stderr.contains("error[forge.rolled_back]"), "{said:?}");
    // A check says so before anybody tries.
    let said = scene.plain(&["check", "--github"]).await;
    assert!(said.code == 8 && said.stdout.contains("  held: what #1 brought"), "{said:?}");
    assert!(
        said.stdout.contains("take the label `rolled-back` off #1") && said.stderr.contains("1 held"),
        "{said:?}"
    );
    // In a group the name that is blocked is left out, and the others go on.
    scene.place.write("bump.yaml", &config(true));
    scene.place.commit("a group");
    let said = scene.all().await;
    assert!(said.code == 8 && said.stderr.contains("error[forge.rolled_back]"), "{said:?}");
    assert_eq!(scene.open(), ["charts: two 1.0.0...3.0.0"]);
    // Taking the label off is the acknowledgement.
    scene.double.label(REPO, 1, &["maintenance"]);
    assert!(!scene.plain(&["check", "--github"]).await.stdout.contains("held"));
    assert_eq!(scene.all().await.code, 0);
    assert_eq!(scene.open(), ["charts: one 2.0.0...2.1.0, two 1.0.0...3.0.0"]);
    assert_eq!(scene.double.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deployment_of_a_persons_commit_blocks_nothing() {
    let scene = Scene::new(false).await;
    let commit = scene.double.push(REPO, "main", "a fix by hand", "bob", &[("README.md", "x")]);
    let first = "0".repeat(40);
    let said = scene.plain(&["rolled-back", &format!("{first}...{commit}")]).await;
    assert!(said.code == 0 && said.stderr.contains("nothing is blocked"), "{said:?}");
    let said = scene.plain(&["rolled-back", "nonsense"]).await;
    assert!(said.code == 2 && said.stderr.contains("nonsense"), "{said:?}");
}

/// Without a forge a group is one commit on one branch.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_is_one_commit_and_in_the_work_tree_nothing_at_all() {
    let scene = Scene::new(true).await;
    let said = scene.bump(&["--all", "--commit"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let subject = scene.place.git(&["log", "-1", "--format=%s", "bump/charts"]);
    assert_eq!(subject, "charts: one 1.0.0...2.0.0, two 1.0.0...3.0.0");
    assert_eq!(scene.place.git(&["rev-list", "--count", "HEAD..bump/charts"]), "1");
    assert!(
        said.stdout.contains("one: 1.0.0...2.0.0\n") && said.stdout.contains("two: 1.0.0...3.0.0\n"),
        "{said:?}"
    );
    // In the work tree a name goes alone.
    let said = scene.bump(&["two", "latest"]).await;
    assert_eq!((said.code, said.stdout.as_str()), (0, "two: 1.0.0...3.0.0\n"), "{said:?}");
    assert_eq!(scene.place.read(CHART), chart(["1.0.0", "3.0.0", "1.0.0"]));
    // The whole group goes back with the commit that brought it.
    scene.place.git(&["checkout", "-q", "--", CHART]);
    scene.place.git(&["merge", "-q", "bump/charts"]);
    assert_eq!(scene.plain(&["revert", "charts"]).await.code, 0);
    assert_eq!(scene.place.read(CHART), chart(["1.0.0", "1.0.0", "1.0.0"]));
}
