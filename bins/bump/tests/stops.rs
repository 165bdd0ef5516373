//! Each way in which watching once stopped in silence, played again with a small history: the first
//! check after it begins says so, and what to do.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use common::{Place, Upstream, chartpress};

const JUNE: &str = "2026-06-01T00:00:00Z";
const JULY: &str = "2026-07-01T00:00:00Z";

/// One name from one index, with clones.
struct Stop {
    place: Place,
}

impl Stop {
    fn new(name: &str, repository: &str, scheme: &str, version: &str) -> Self {
        let place = Place::new();
        place.write(
            "Chart.yaml",
            &format!(
                "dependencies: [{{name: {name}, version: \"{version}\", repository: \"{repository}\"}}]\n"
            ),
        );
        place.write(
            "bump.yaml",
            &format!(
                "apiVersion: 1\nwatch:\n  {name}:\n    source: {{helm: \"{repository}\", chart: {name}}}\n    scheme: {scheme}\n    \
                 targets: [{{file: Chart.yaml, path: \"dependencies[name={name}].version\"}}]\n"
            ),
        );
        Self { place }
    }

    fn index(&self, name: &str, entries: &str) {
        self.place.write("index.yaml", &format!("entries:\n  {name}:\n{entries}"));
    }

    /// The code, and the signs with their help.
    fn check(&self) -> (i32, Vec<(String, String)>, Option<String>) {
        let clones = self.place.clones();
        let said = self.place.bump(&[
            "check",
            "--index",
            "index.yaml",
            "--offline",
            "--output",
            "json",
            "--upstream-clone",
            clones.to_str().unwrap(),
        ]);
        let json = said.json();
        let name = &json["names"][0];
        let text = |value: &serde_yaml::Value| value.as_str().unwrap().to_owned();
        let signs = name["signs"]
            .as_sequence()
            .unwrap()
            .iter()
            .map(|sign| (text(&sign["sign"]), text(&sign["help"])));
        (said.code, signs.collect(), name["pending"]["new"].as_str().map(str::to_owned))
    }

    fn signs(&self) -> Vec<String> {
        self.check().1.into_iter().map(|(sign, _)| sign).collect()
    }
}

/// 2022-08 and 2022-09: a count of four digits, then a new generation, both older by semver's order.
#[test]
fn counts_grow_a_digit_and_change_their_generation() {
    let stop = Stop::new("binderhub", "https://charts.example.org", "chartpress", "0.2.0-n988.h72e1852");
    stop.index("binderhub", "  - version: 0.2.0-n988.h72e1852\n  - version: 0.2.0-n1011.hb49edf6\n");
    assert_eq!(stop.check(), (6, vec![], Some("0.2.0-n1011.hb49edf6".to_owned())));
    stop.index("binderhub", "  - version: 0.2.0-n988.h72e1852\n  - version: 0.2.0-0.dev.git.2752.hb49edf6\n");
    assert_eq!(stop.check(), (6, vec![], Some("0.2.0-0.dev.git.2752.hb49edf6".to_owned())));
}

/// 2024-08: `-9` above `-12` in an order of letters.
#[test]
fn a_count_is_a_number_and_no_text() {
    let stop = Stop::new("x", "https://charts.example.org", "calver", "2024.7.0-9.gaaaaaaa");
    stop.index("x", "  - version: 2024.7.0-9.gaaaaaaa\n  - version: 2024.7.0-12.gbbbbbbb\n");
    assert_eq!(stop.check(), (6, vec![], Some("2024.7.0-12.gbbbbbbb".to_owned())));
}

/// 2026-01: the tags changed their form, and no rule matched them any more.
#[test]
fn a_new_form_of_tags_is_told_and_not_dropped() {
    let stop = Stop::new("x", "https://charts.example.org", "calver", "2025.12.0");
    stop.index("x", "  - version: 2025.12.0\n  - version: 2026.1.0.dev3-gaaaaaaa\n");
    assert_eq!(stop.check(), (0, vec![], None), "a development version is no release, and is readable");
    stop.index("x", "  - version: 2025.12.0\n  - version: 2026-1-0~dev3\n");
    let (code, signs, _) = stop.check();
    assert_eq!((code, signs[0].0.as_str()), (7, "unread"));
    assert!(signs[0].1.contains("correct `scheme` in bump.yaml"), "{signs:?}");
}

/// 2026-01-30: Grafana moved, and its last chart says only that it is deprecated; it was proposed
/// as a usual bump, and the index never moved again.
#[test]
fn a_chart_that_moved_away_is_no_usual_bump() {
    let stop = Stop::new("grafana", "https://grafana.github.io/helm-charts", "semver", "10.5.14");
    stop.index("grafana", "  - version: 10.5.14\n  - {version: 10.5.15, deprecated: true}\n");
    let (code, signs, pending) = stop.check();
    assert_eq!((code, pending), (7, None));
    assert_eq!(stop.signs(), ["moved", "deprecated"]);
    assert!(signs[0].1.contains("https://grafana-community.github.io/helm-charts"), "{signs:?}");
    // Also for whoever took it, half a year later.
    stop.place.write("Chart.yaml", &stop.place.read("Chart.yaml").replace("10.5.14", "10.5.15"));
    assert_eq!(stop.signs(), ["moved", "deprecated"]);
    let said = stop.place.bump(&["grafana", "latest", "--index", "index.yaml", "--offline"]);
    assert!(said.code == 0 && said.stderr.contains("nothing to do"), "{said:?}");
}

/// 2020-05 and 2021-02: versions vanished from the index by the hundred.
#[test]
fn a_version_that_is_listed_no_more_is_told() {
    let stop = Stop::new("binderhub", "https://charts.example.org", "chartpress", "0.2.0-n988.h72e1852");
    stop.index("binderhub", "  - version: 0.2.0-n1011.hb49edf6\n");
    assert_eq!(stop.signs(), ["unlisted"]);
    // A saved index of another repository says nothing of it.
    stop.index("other", "  - version: 1.0.0\n");
    assert_eq!(stop.signs(), ["unasked"]);
}

/// 120 versions were published anew with other bytes.
#[test]
fn other_bytes_under_the_same_version_are_told() {
    let stop = Stop::new("x", "https://charts.example.org", "semver", "1.0.0");
    stop.place.write("Chart.lock.sha256", "aa  charts/x-1.0.0.tgz\n");
    stop.index("x", "  - {version: 1.0.0, digest: aa}\n");
    assert_eq!(stop.check(), (0, vec![], None));
    stop.index("x", "  - {version: 1.0.0, digest: bb}\n");
    assert_eq!(stop.signs(), ["republished"]);
}

/// Upstream goes on, and its publish run is broken.
#[test]
fn commits_that_nobody_publishes_are_told() {
    let stop = Stop::new("binderhub", "https://charts.example.org", "chartpress", "1.0.0");
    let upstream = Upstream::new(stop.place.clones().join("binderhub"));
    let first = upstream.commit("first", JUNE);
    let version = chartpress(1, &first);
    stop.place.write("Chart.yaml", &stop.place.read("Chart.yaml").replace("1.0.0", &version));
    stop.index("binderhub", &format!("  - version: {version}\n"));
    upstream.commit_file("docs/index.md", "words alone", JULY);
    upstream.commit_file(".github/workflows/test.yaml", "a test", JULY);
    assert_eq!(stop.check(), (0, vec![], None), "words change no chart");
    upstream.commit("a fix", JULY);
    let (code, signs, _) = stop.check();
    assert_eq!((code, signs[0].0.as_str()), (7, "unpublished"));
    assert!(signs[0].1.contains("publish runs"), "{signs:?}");
}

/// Undeployed work is counted from upstream's own history.
#[test]
fn commits_and_days_that_wait_are_counted() {
    let stop = Stop::new("binderhub", "https://charts.example.org", "chartpress", "1.0.0");
    let upstream = Upstream::new(stop.place.clones().join("jupyterhub/binderhub"));
    let first = upstream.commit("first", JUNE);
    upstream.commit("second", JULY);
    let third = upstream.commit("third", JULY);
    let (old, new) = (chartpress(1, &first), chartpress(3, &third));
    stop.place.write("Chart.yaml", &stop.place.read("Chart.yaml").replace("1.0.0", &old));
    stop.index("binderhub", &format!("  - version: {old}\n  - version: {new}\n"));
    let clones = stop.place.clones();
    let check = |more: &[&str]| {
        let args =
            ["check", "--index", "index.yaml", "--offline", "--upstream-clone", clones.to_str().unwrap()];
        stop.place.bump(&[&args, more].concat())
    };
    let said = check(&[]);
    assert_eq!(said.code, 6, "{said:?}");
    assert!(said.stdout.starts_with(&format!("binderhub  {old} -> {new}  2 commits  ")), "{}", said.stdout);
    assert_eq!(check(&["--max-commits", "2"]).code, 0);
    assert_eq!(check(&["--max-commits", "1"]).code, 6);
    assert_eq!(check(&["--max-days", "1"]).code, 6);
    assert_eq!(check(&["--max-days", "100000"]).code, 0);
}
