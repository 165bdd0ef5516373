//! `--pr` and `--github` against a GitHub over HTTP.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use std::path::Path;
use std::process::Command;

use stand_ins::github::{GitHub, Merge, PullState, serve};
use tokio::net::TcpListener;

const TOKEN: &str = "ghp_planted0secret";
const CONFIG: &str = "apiVersion: 1
watch:
  hub:
    source: {helm: https://charts.example.org, chart: hub}
    scheme: chartpress
    upstream: {repo: up/hub, branch: main}
    targets: [{file: hub/Chart.yaml, path: \"dependencies[name=hub].version\"}]
pull-requests: {labels: [maintenance], auto-merge: [hub]}
";

struct Scene {
    double: GitHub,
    folder: tempfile::TempDir,
    api: String,
    /// The versions of upstream, one for each of its commits on `main`.
    versions: Vec<String>,
}

fn chart(version: &str) -> String {
    format!(
        "dependencies:\n  - name: hub # ours\n    version: \"{version}\"\n    repository: https://charts.example.org\n"
    )
}

impl Scene {
    async fn new() -> Self {
        let double = GitHub::new(TOKEN);
        let mut commits = vec![double.add_repository("up/hub", &[("a", "1")])];
        for (number, title) in [(7, "Fix it @everyone"), (8, "Mend it")] {
            let pull = Merge { number, title, author: "ann", merged_by: "eve", labels: &["bug"] };
            commits.push(double.merge("up/hub", &pull));
        }
        let version =
            |(at, commit): (usize, &String)| format!("1.0.0-0.dev.git.{}.h{}", at + 1, &commit[..8]);
        let versions: Vec<String> = commits.iter().enumerate().map(version).collect();
        double.add_check("up/hub", commits.last().unwrap(), "test", Some("success"));
        double.add_collaborator("me/deploy", "eve");
        let folder = tempfile::tempdir().unwrap();
        let scene = Self { api: listen(&double).await, double, folder, versions };
        scene.write("bump.yaml", CONFIG);
        scene.write("hub/Chart.yaml", &chart(&scene.versions[0]));
        let nested = ["3.3.7", "3.3.7", "4.0.0"];
        let entry = |(version, hub): (&String, &str)| {
            format!("{{version: \"{version}\", dependencies: [{{name: jupyterhub, version: \"{hub}\"}}]}}")
        };
        let entries: Vec<String> = scene.versions.iter().zip(nested).map(entry).collect();
        scene.write("index.yaml", &format!("entries: {{hub: [{}]}}\n", entries.join(", ")));
        scene.git(&["init", "-q", "-b", "main"]);
        scene.commit();
        let chart = chart(&scene.versions[0]);
        scene.double.add_repository("me/deploy", &[("bump.yaml", CONFIG), ("hub/Chart.yaml", &chart)]);
        scene.double.add_collaborator("me/deploy", "eve");
        scene
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "x"]);
    }

    fn git(&self, args: &[&str]) {
        let mut git = Command::new("git");
        git.args(args).current_dir(self.folder.path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
        assert!(git.status().unwrap().success(), "{args:?}");
    }

    /// Code, standard output, standard error.
    async fn bump(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bump"));
        command.args(args).current_dir(self.folder.path());
        command.env("GITHUB_API_URL", &self.api).env("GITHUB_TOKEN", TOKEN).env("NO_PROXY", "*");
        command
            .env_remove("GITHUB_REPOSITORY")
            .env("NO_COLOR", "1")
            .env("XDG_CACHE_HOME", self.folder.path().join("c"));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(!format!("{stdout}{stderr}").contains(TOKEN), "the token is told");
        (output.status.code().unwrap(), stdout, stderr)
    }
}

async fn listen(double: &GitHub) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, double.clone()));
    api
}

fn is_untouched(folder: &Path, version: &str) -> bool {
    std::fs::read_to_string(folder.join("hub/Chart.yaml")).unwrap() == chart(version)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_of_upstream_becomes_one_pull_request_that_tells_its_story() {
    let scene = Scene::new().await;
    let side = scene.double.pulls("up/hub")[1].head_oid.clone();
    let ask = ["hub", &side, "--index", "index.yaml", "--pr", "--repo", "me/deploy"];
    let (code, stdout, stderr) = scene.bump(&ask).await;
    assert_eq!(code, 0, "{stderr}");
    let (old, new) = (&scene.versions[0], &scene.versions[2]);
    assert_eq!(stdout, format!("hub: {old}...{new}\nhttps://github.com/me/deploy/pull/1\n"));
    assert!(stderr.ends_with("opened pull request #1\n"), "{stderr}");
    assert!(is_untouched(scene.folder.path(), old), "the work tree is left alone");
    let pulls = scene.double.pulls("me/deploy");
    assert_eq!(pulls.len(), 1);
    let pull = &pulls[0];
    assert_eq!((pull.title.as_str(), pull.state), (format!("hub: {old}...{new}").as_str(), PullState::Open));
    assert_eq!(
        (&pull.labels[..], &pull.assignees[..]),
        (&["maintenance".to_owned()][..], &["eve".to_owned()][..])
    );
    assert!(!pull.auto_merge, "a nested chart that changes wants eyes");
    for part in [
        "https://github.com/up/hub/compare/",
        "[!WARNING]",
        "JUPYTERHUB",
        "3.3.7",
        "4.0.0",
        "### Merged upstream, 4 commits",
        "- [#8](https://github.com/up/hub/pull/8) Mend it (ann) `bug`",
    ] {
        assert!(pull.body.contains(part), "`{part}` is missing in:\n{}", pull.body);
    }
    assert!(!pull.body.contains("@everyone"), "nobody is called: {}", pull.body);
    assert_eq!(scene.double.files("me/deploy", "bump/hub")["hub/Chart.yaml"], chart(new));

    let (code, _, stderr) = scene.bump(&ask).await;
    assert!(code == 0 && stderr.ends_with("nothing new in pull request #1\n"), "{code}: {stderr}");
    let json = [&ask[..], &["--output", "json"]].concat();
    let (code, stdout, _) = scene.bump(&json).await;
    assert!(code == 0 && stdout.contains(r#""deed":"unchanged""#), "{stdout}");
    assert_eq!(scene.double.pulls("me/deploy").len(), 1);

    // Somebody merges it, and pulls: nothing is left to do.
    scene.double.merge_open("me/deploy", 1, "eve");
    scene.write("hub/Chart.yaml", &chart(new));
    scene.commit();
    let (code, _, stderr) = scene.bump(&ask).await;
    assert!(code == 0 && stderr.contains("deleted bump/hub"), "{code}: {stderr}");
    assert!(!scene.double.branches("me/deploy").contains_key("bump/hub"));
    assert_eq!(scene.double.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_writes_nothing_and_says_why() {
    let scene = Scene::new().await;
    let latest = ["hub", "latest", "--index", "index.yaml", "--pr", "--repo", "me/deploy"];
    let writes = || scene.double.asked().iter().filter(|asked| asked.writes).count();

    let (code, stdout, stderr) = scene.bump(&[&latest[..], &["--dry-run"]].concat()).await;
    assert!(code == 0 && stdout.contains("+    version:"), "{code}: {stderr}");
    let (code, _, stderr) = scene.bump(&latest[..5]).await;
    assert!(code == 2 && stderr.contains("forge.no_repository"), "{code}: {stderr}");

    let tip = scene.double.branches("up/hub")["main"].clone();
    scene.double.add_check("up/hub", &tip, "publish", Some("failure"));
    let (code, _, stderr) = scene.bump(&latest).await;
    assert!(code == 8 && stderr.contains("error[forge.checks]"), "{code}: {stderr}");
    assert_eq!(writes(), 0);
    let (code, _, stderr) = scene.bump(&[&latest[..], &["--allow", "checks"]].concat()).await;
    assert_eq!(code, 0, "{stderr}");
    let body = scene.double.pulls("me/deploy")[0].body.clone();
    assert!(body.contains("let through by"), "every lifted guard is in the text: {body}");

    scene.double.push("me/deploy", "bump/hub", "by hand", "bob", &[("b", "c")]);
    let before = writes();
    let (code, _, stderr) = scene.bump(&[&latest[..], &["--allow", "checks"]].concat()).await;
    assert!(code == 8 && stderr.contains("error[forge.person]"), "{code}: {stderr}");
    assert_eq!(writes(), before);
    assert_eq!(scene.double.violations(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_clone_github_tells_what_waits_and_what_was_merged() {
    let scene = Scene::new().await;
    let (code, stdout, stderr) = scene.bump(&["log", "hub", "--index", "index.yaml", "--github"]).await;
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("#8 Mend it [bug] (ann)"), "{stdout}");
    let (code, stdout, stderr) = scene.bump(&["check", "hub", "--index", "index.yaml", "--github"]).await;
    assert_eq!(code, 6, "{stdout}{stderr}");
    assert!(stdout.contains("2 commits"), "{stdout}");
    let (old, new) = (&scene.versions[0], &scene.versions[2]);
    scene.write("hub/Chart.yaml", &chart(new));
    let (code, _, stderr) = scene.bump(&["hub", old, "--index", "index.yaml", "--github"]).await;
    assert!(code == 8 && stderr.contains("error[bump.downgrade]"), "{code}: {stderr}");
    assert_eq!(scene.double.violations(), Vec::<String>::new());
}

/// The checks of a version may still run when it is published: `--wait` waits for both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_ends_with_upstreams_checks_or_with_its_deadline() {
    let scene = Scene::new().await;
    let tip = scene.double.branches("up/hub")["main"].clone();
    scene.double.add_check("up/hub", &tip, "publish", None);
    let ask = ["hub", "latest", "--index", "index.yaml", "--github", "--dry-run"];
    let (code, _, stderr) = scene.bump(&ask).await;
    assert!(code == 7 && stderr.contains("have not ended: publish"), "{code}: {stderr}");
    let (code, _, stderr) = scene.bump(&[&ask[..], &["--wait=1s"]].concat()).await;
    assert!(code == 70 && stderr.contains("error[bump.wait_deadline]"), "{code}: {stderr}");
    let waiting = " s more for the end of upstream's checks of hub: upstream's checks of ";
    assert!(stderr.contains("waiting ") && stderr.contains(waiting), "{stderr}");

    let double = scene.double.clone();
    let ended = tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
        double.end_check("up/hub", &tip, "publish", "success");
    });
    let (code, stdout, stderr) = scene.bump(&[&ask[..], &["--wait=2m"]].concat()).await;
    assert!(code == 0 && stdout.contains("+    version:"), "{code}: {stderr}");
    ended.await.unwrap();

    // A check that failed ends the wait at once.
    let tip = scene.double.branches("up/hub")["main"].clone();
    scene.double.end_check("up/hub", &tip, "publish", "failure");
    let (code, _, stderr) = scene.bump(&[&ask[..], &["--wait=2m"]].concat()).await;
    assert!(code == 8 && !stderr.contains("waiting "), "{code}: {stderr}");
}
