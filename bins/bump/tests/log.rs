//! `bump log` and `--wait`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use std::sync::Arc;

use common::{Place, Upstream, chartpress, git};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

const JUNE: &str = "2026-06-01T00:00:00Z";

fn chart(version: &str, repository: &str) -> String {
    format!("dependencies:\n- {{name: binderhub, version: \"{version}\", repository: \"{repository}\"}}\n")
}

#[test]
fn what_was_merged_is_told_with_number_title_and_author() {
    let place = Place::new();
    let upstream = Upstream::new(place.clones().join("binderhub"));
    let first = upstream.commit("first", JUNE);
    upstream.merge(7, "Fix the launch", "Grace", JUNE);
    upstream.commit("Squashed work (#8)", JUNE);
    let last = upstream.commit("pushed by hand", JUNE);
    let (old, new) = (chartpress(1, &first), chartpress(5, &last));
    place.write("Chart.yaml", &chart(&old, "https://charts.example.org"));
    place.write("index.yaml", &format!("entries: {{binderhub: [{{version: {new}}}, {{version: {old}}}]}}\n"));
    let clones = place.clones();
    let clones = ["--upstream-clone", clones.to_str().unwrap()];
    let said = place.bump(&[&["log", "binderhub", "--index", "index.yaml"][..], &clones].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(
        said.stdout,
        format!(
            "binderhub: {old}...{new}\nhttps://github.com/jupyterhub/binderhub/compare/{}...{}\n\
             - {} pushed by hand (Ada)\n- #8 Squashed work (Ada)\n- #7 Fix the launch (Grace)\n",
            &first[..8],
            &last[..8],
            &last[..9],
        )
    );
    // Nobody lists anything: what upstream has, published or not.
    let said = place.bump(&[&["log", "binderhub", "--offline", "--output", "json"][..], &clones].concat());
    assert_eq!(said.json()["merged"].as_sequence().unwrap().len(), 3, "{said:?}");
    let said = place.bump(&["log", "binderhub", "--index", "index.yaml"]);
    assert!(said.code == 0 && said.stderr.contains("--upstream-clone"), "{said:?}");
    assert_eq!(place.bump(&["log", "binderhub", "--offline"]).code, 7);
    assert_eq!(place.bump(&["log", "nobody"]).code, 2);
}

/// The three lines, from an index and from the tags of clones.
#[test]
fn three_pages_compare_what_is_deployed() {
    let place = Place::new();
    let binderhub = Upstream::new(place.clones().join("binderhub"));
    let first = binderhub.commit("first", JUNE);
    let chart_file = "helm-chart/binderhub/Chart.yaml";
    let chart_text = "dependencies: [{name: jupyterhub, version: 4.0.0-0.dev.git.1.h1111111}]\n";
    let second = binderhub.commit_file(chart_file, chart_text, JUNE);
    let r2d = Upstream::new(place.clones().join("repo2docker"));
    let r2d_old = r2d.commit("first", JUNE);
    let r2d_new = r2d.commit("second", JUNE);
    let (old, new) = (chartpress(1, &second), chartpress(2, &second));
    place.write("Chart.yaml", &chart(&old, "https://charts.example.org"));
    place.write(
        "values.yaml",
        &format!("binderhub: {{config: {{BinderHub: {{build_image: 'quay.io/jupyterhub/repo2docker:2026.4.1.dev1-g{}'}}}}}}\n", &r2d_old[..9]),
    );
    let index = |nested: &str| {
        format!(
            "entries:\n  binderhub:\n  - {{version: {new}}}\n  - {{version: {old}{nested}}}\n  jupyterhub:\n  \
             - version: 4.0.0-0.dev.git.1.h1111111\n  - version: 4.0.0-0.dev.git.2.h2222222\n"
        )
    };
    let clones = place.clones();
    let ask = || {
        place.bump(&[
            "log",
            "--index",
            "index.yaml",
            "--offline",
            "--upstream-clone",
            clones.to_str().unwrap(),
        ])
    };
    let page = |repo: &str, old: &str, new: &str| {
        format!("https://github.com/jupyterhub/{repo}/compare/{old}...{new}\n")
    };
    let three = format!(
        "BinderHub: {}repo2docker: {}JupyterHub: {}",
        page("binderhub", &second[..8], &second[..8]),
        page("repo2docker", &r2d_old[..9], &r2d_new),
        page("zero-to-jupyterhub-k8s", "1111111", "2222222"),
    );
    // From what the index tells of the chart inside, else from the chart in the clone.
    for nested in [", dependencies: [{name: jupyterhub, version: 4.0.0-0.dev.git.1.h1111111}]", ""] {
        place.write("index.yaml", &index(nested));
        let said = ask();
        assert_eq!((said.code, said.stdout.as_str()), (0, three.as_str()), "{}", said.stderr);
    }
    // Who cannot be asked is told so, and not that there were no order.
    let said = place.bump(&["log", "repo2docker", "--offline"]);
    assert!(
        said.code == 7 && said.stderr.contains("offline") && !said.stderr.contains("no_order"),
        "{said:?}"
    );
    assert_ne!(first, second);
    git(&binderhub.folder, &["checkout", "-q", "-b", "elsewhere"]);
    place.write("Chart.yaml", "dependencies: []\n");
    place.write("values.yaml", "{}\n");
    let said = ask();
    assert!(said.code == 2 && said.stderr.contains("bump.unknown_name"), "{said:?}");
}

#[tokio::test]
async fn a_commit_is_waited_for_until_it_is_published() {
    let server = MockServer::start().await;
    let index = |versions: &str| {
        ResponseTemplate::new(200).set_body_string(format!("entries: {{binderhub: [{versions}]}}\n"))
    };
    let at = || Mock::given(path("/index.yaml"));
    at().respond_with(index("{version: 0.1.0-aaaaaaa}")).up_to_n_times(2).mount(&server).await;
    at().respond_with(ResponseTemplate::new(503)).up_to_n_times(1).mount(&server).await;
    at().respond_with(index("{version: 0.1.0-bbbbbbb}, {version: 0.1.0-aaaaaaa}")).mount(&server).await;
    let place = Arc::new(Place::new());
    place.write("Chart.yaml", &chart("0.1.0-aaaaaaa", &server.uri()));
    let run = async |args: &'static [&'static str]| {
        let place = Arc::clone(&place);
        tokio::task::spawn_blocking(move || place.bump(args)).await.unwrap()
    };
    let said = run(&["binderhub", "bbbbbbb", "--wait=20s"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.stderr.starts_with("waiting ")
            && said.stderr.contains(" s more for bbbbbbb of binderhub: not among 1 published versions"),
        "{}",
        said.stderr
    );
    assert_eq!(said.stderr.matches("waiting").count(), 1, "a log gets a line a minute");
    assert_eq!(server.received_requests().await.unwrap().len(), 4);

    let before = place.read("Chart.yaml");
    let said = run(&["binderhub", "ccccccc", "--wait=1s"]).await;
    assert!(said.code == 70 && said.stderr.contains("error[bump.wait_deadline]"), "{said:?}");
    assert_eq!(place.read("Chart.yaml"), before);
    assert_eq!(run(&["binderhub", "ccccccc", "--wait=soon"]).await.code, 2);
}
