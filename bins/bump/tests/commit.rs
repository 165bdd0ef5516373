//! A bump as a commit on a branch of its own: local clones, no network, no forge.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use common::{Place, Upstream, chartpress};

const JUNE: &str = "2026-06-01T00:00:00Z";

/// A repository that deploys the first of two published versions of binderhub, and is locked to it.
struct World {
    place: Place,
    versions: [String; 2],
    merge: String,
    wanted: String,
}

fn chart(version: &str) -> String {
    format!(
        "apiVersion: v2\nname: mybinder\nversion: 0.0.1\ndependencies:\n  # BinderHub, für Élèves\n  - name: binderhub\n    \
         version: \"{version}\"\n    repository: https://charts.example.org\n  - {{name: other, version: 1.2.3, repository: https://charts.example.org}}\n"
    )
}

fn index(versions: &[(&str, &str)], more: &str) -> String {
    let entry = |(version, digit): &(&str, &str)| {
        format!(
            "  - version: {version}\n    digest: {}\n    dependencies: [{{name: jupyterhub, version: {digit}.0.0}}]\n{more}",
            digit.repeat(64)
        )
    };
    let list: String = versions.iter().map(entry).collect();
    format!("apiVersion: v1\nentries:\n  binderhub:\n{list}  other:\n  - version: 1.2.3\n")
}

fn world() -> World {
    let place = Place::new();
    let upstream = Upstream::new(place.clones().join("binderhub"));
    let first = upstream.commit("first", JUNE);
    let merge = upstream.merge(7, "Fix the launch of everything", "Grace", JUNE);
    let wanted = common::git(&upstream.folder, &["rev-parse", "HEAD^2"]);
    let versions = [chartpress(1, &first), chartpress(3, &merge)];
    let old = versions[0].as_str();
    place.write("mybinder/Chart.yaml", &chart(old));
    // As Helm wrote it for this chart; the digest is checked by the library's own tests.
    let requested =
        [("binderhub", old, "https://charts.example.org"), ("other", "1.2.3", "https://charts.example.org")];
    let held = requested.map(|(name, version, repository)| chart_bump::Dependency {
        name: name.into(),
        version: version.into(),
        repository: repository.into(),
        ..Default::default()
    });
    let lock = held.iter().map(|it| {
        format!("- name: {}\n  repository: {}\n  version: {}\n", it.name, it.repository, it.version)
    });
    let lock = lock.collect::<String>();
    let digest = chart_bump::digest(&held, &held);
    place.write(
        "mybinder/Chart.lock",
        &format!("dependencies:\n{lock}digest: {digest}\ngenerated: \"2026-06-01T00:00:00Z\"\n"),
    );
    place.write("mybinder/Chart.lock.sha256", &format!("{}  charts/binderhub-{old}.tgz\n", "1".repeat(64)));
    place.write("index.yaml", &index(&[(old, "1"), (&versions[1], "2")], ""));
    place.commit("as it is");
    World { place, versions, merge, wanted }
}

impl World {
    fn bump(&self, args: &[&str]) -> common::Said {
        let clones = self.place.clones();
        let asked = ["--index", "index.yaml", "--offline", "--upstream-clone", clones.to_str().unwrap()];
        self.place.bump(&[args, &asked].concat())
    }

    /// Everything that a run could touch: branches, work tree, index.
    fn state(&self) -> String {
        let git = |args: &[&str]| self.place.git(args);
        [
            git(&["for-each-ref"]),
            git(&["status", "--porcelain"]),
            git(&["ls-files", "-s"]),
            self.place.read("mybinder/Chart.yaml"),
        ]
        .join("\n")
    }
}

#[test]
fn a_commit_is_bumped_on_a_branch_of_its_own_once() {
    let world = world();
    let (place, [old, new]) = (&world.place, &world.versions);
    let before = (place.git(&["status", "--porcelain"]), place.git(&["rev-parse", "HEAD"]));
    let said = world.bump(&["binderhub", &world.wanted, "--commit"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let title = format!("binderhub: {old}...{new}");
    let page = format!(
        "https://github.com/jupyterhub/binderhub/compare/{}...{}",
        &old[old.len() - 8..],
        &world.merge[..8]
    );
    assert_eq!(
        said.stdout,
        format!(
            "{title}\n\n{page}\n\nMerged upstream:\n\n- #7 Fix the launch of everything (Grace)\n\nChanged here:\n\n\
             - `mybinder/Chart.yaml:7:14`: {old} -> {new}\n\nPlease note:\n\n- JUPYTERHUB CHANGES INSIDE IT: 1.0.0 -> 2.0.0\n"
        )
    );
    assert!(said.stderr.contains("git push --force-with-lease origin bump/binderhub"), "{}", said.stderr);

    // The work tree, the index and HEAD are as they were.
    assert_eq!(before, (place.git(&["status", "--porcelain"]), place.git(&["rev-parse", "HEAD"])));
    assert_eq!(place.read("mybinder/Chart.yaml"), chart(old));
    let show = |file: &str| place.git(&["show", &format!("bump/binderhub:{file}")]);
    assert_eq!(show("mybinder/Chart.yaml"), chart(new).trim());
    assert_eq!(show("mybinder/Chart.lock.sha256"), format!("{}  charts/binderhub-{new}.tgz", "2".repeat(64)));
    assert!(show("mybinder/Chart.lock").contains(new.as_str()));
    assert_eq!(place.git(&["log", "--format=%s", "main..bump/binderhub"]), title);
    let changed = place.git(&["diff", "--name-only", "main", "bump/binderhub"]);
    assert_eq!(changed, "mybinder/Chart.lock\nmybinder/Chart.lock.sha256\nmybinder/Chart.yaml");
}

#[test]
fn twice_is_nothing_new_and_a_new_base_is_built_on() {
    let world = world();
    let first = world.bump(&["binderhub", &world.wanted, "--commit"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let commit = world.place.git(&["rev-parse", "bump/binderhub"]);
    let state = world.state();
    let again = world.bump(&["binderhub", &world.wanted, "--commit"]);
    assert_eq!((again.code, &again.stdout), (0, &first.stdout));
    assert!(again.stderr.contains("nothing new"), "{}", again.stderr);
    assert_eq!(world.state(), state);

    world.place.write("README.md", "more\n");
    let base = world.place.commit("somebody else's work");
    let said = world.bump(&["binderhub", &world.wanted, "--commit", "--output", "json"]);
    let json = said.json();
    assert_eq!(
        (said.code, json["commit"]["new"].as_bool(), json["commit"]["base"].as_str()),
        (0, Some(true), Some(base.as_str()))
    );
    assert_ne!(world.place.git(&["rev-parse", "bump/binderhub"]), commit);
    assert_eq!(world.place.git(&["rev-parse", "bump/binderhub^"]), base);
}

#[test]
fn a_persons_commit_on_the_branch_stops_the_machine() {
    let world = world();
    let place = &world.place;
    let bump = || world.bump(&["binderhub", &world.wanted, "--commit"]);
    assert_eq!(bump().code, 0);
    for words in [
        &["commit", "-q", "--allow-empty", "-m", "by hand"][..],
        &["commit", "-q", "--amend", "-m", "reworded"],
    ] {
        place.git(&["checkout", "-q", "bump/binderhub"]);
        place.git(words);
        place.git(&["checkout", "-q", "main"]);
        place.write("README.md", &words.join(" "));
        place.commit("the base goes on");
        let state = world.state();
        let said = bump();
        assert!(said.code == 8 && said.stderr.contains("error[branch.person]"), "{said:?}");
        assert_eq!(world.state(), state);
        place.git(&["branch", "-D", "bump/binderhub"]);
        assert_eq!(bump().code, 0);
    }
    place.git(&["checkout", "-q", "bump/binderhub"]);
    let said = world.bump(&["binderhub", &world.wanted, "--commit", "--base", "main"]);
    assert!(said.code == 0 && said.stderr.contains("nothing new"), "{said:?}");
    place.write("README.md", "again");
    let said =
        world.bump(&["binderhub", &world.versions[0], "--allow-downgrade", "--commit", "--base", "main"]);
    assert!(said.code == 0 && said.stderr.contains("nothing to do"), "{said:?}");
    // Merged work may go.
    place.git(&["stash", "-q", "-u"]);
    place.git(&["checkout", "-q", "main"]);
    place.git(&["merge", "-q", "--ff-only", "bump/binderhub"]);
    let said = world.bump(&["binderhub", &world.versions[0], "--allow-downgrade", "--commit"]);
    assert_eq!(said.code, 0, "{said:?}");
    place.git(&["checkout", "-q", "bump/binderhub"]);
    let said =
        world.bump(&["binderhub", &world.versions[1], "--commit", "--base", "HEAD~1", "--allow", "digest"]);
    assert_eq!(said.code, 0, "{said:?}");
    let said = world.bump(&["nobody", "latest", "--commit", "--base", "mian"]);
    assert!(said.code == 2 && said.stderr.contains("error[branch.no_base]"), "{said:?}");
}

/// Each of these is refused, and nothing is written anywhere.
#[test]
fn what_is_refused_writes_nothing() {
    let world = world();
    let [old, new] = &world.versions;
    let place = &world.place;
    place.write("mybinder/Chart.yaml", &chart(new));
    place.write("mybinder/Chart.lock.sha256", &format!("{}  charts/binderhub-{new}.tgz\n", "2".repeat(64)));
    let both: [(&str, &str); 2] = [(old, "1"), (new, "2")];
    let given_up = index(&both, "    deprecated: true\n");
    let anew = index(&[(old, "1"), (new, "3")], "");
    for (text, target, code, word) in [
        (index(&both, ""), old.as_str(), 8, "bump.downgrade"),
        (index(&both, ""), "0123456789", 7, "history.no_commit"),
        (index(&[(old, "1")], ""), new.as_str(), 7, "bump.not_published"),
        (index(&[(old, "1")], ""), &world.merge, 7, "bump.not_published"),
        (given_up, old.as_str(), 8, "bump.deprecated"),
        (anew, "latest", 8, "bump.republished"),
    ] {
        place.write("index.yaml", &text);
        place.commit("next case");
        let state = world.state();
        for way in [&["--commit"][..], &[]] {
            let said = world.bump(&[&["binderhub", target], way].concat());
            assert!(said.code == code && said.stderr.contains(&format!("error[{word}]")), "{word}: {said:?}");
            assert_eq!(said.stdout, "");
            assert_eq!(world.state(), state, "{word}");
        }
    }
    let said = world.bump(&["binderhub", "latest", "--allow", "digest"]);
    assert!(said.code == 0 && said.stderr.contains("let through by `--allow digest`"), "{said:?}");
}

#[test]
fn a_revert_gives_the_very_bytes_back() {
    let world = world();
    let place = &world.place;
    let files = ["mybinder/Chart.yaml", "mybinder/Chart.lock", "mybinder/Chart.lock.sha256"];
    let before = files.map(|file| place.read(file));
    assert_eq!(world.bump(&["binderhub", "latest", "--commit"]).code, 0);
    place.git(&["merge", "-q", "--no-ff", "-m", "Merge pull request #1 from me/bump", "bump/binderhub"]);
    let merged = place.git(&["rev-parse", "HEAD"]);
    place.git(&["branch", "-D", "bump/binderhub"]);

    for what in [&["revert"][..], &["revert", "binderhub"], &["revert", &merged]] {
        let said = place.bump(what);
        assert_eq!(said.code, 0, "{what:?} {}", said.stderr);
        assert_eq!(files.map(|file| place.read(file)), before, "{what:?}");
        place.git(&["checkout", "-q", "."]);
    }
    let [old, new] = &world.versions;
    let said = place.bump(&["revert", "binderhub", "--commit"]);
    assert!(said.stdout.starts_with(&format!("binderhub: {new}...{old}\n\nReverts ")), "{}", said.stdout);
    assert_eq!(place.git(&["diff", "HEAD~1", "bump/binderhub"]), "");

    // Others changed the files since: only the value goes back, and the lock follows.
    let text = place.read(files[0]).replace("other, version: 1.2.3", "other, version: 1.2.3, condition: x");
    place.write(files[0], &text);
    place.commit("somebody else");
    let said = place.bump(&["revert", "binderhub"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(place.read(files[0]), text.replace(new.as_str(), old));
    place.git(&["checkout", "-q", "."]);
    place.write(files[0], &text.replace(new.as_str(), "9.9.9"));
    let state = world.state();
    let said = place.bump(&["revert", "binderhub"]);
    assert!(said.code == 8 && said.stderr.contains("error[revert.changed_since]"), "{said:?}");
    for (what, word) in [("nothing", "revert.not_found"), ("HEAD", "revert.no_bump")] {
        let said = place.bump(&["revert", what]);
        assert!(said.code == 2 && said.stderr.contains(word), "{said:?}");
    }
    assert_eq!(world.state(), state);
}

#[test]
fn all_names_go_their_own_ways() {
    let world = world();
    let place = &world.place;
    let text = index(&[(&world.versions[0], "1"), (&world.versions[1], "2")], "");
    place.write("index.yaml", &text.replace("  - version: 1.2.3\n", "  - version: 1.2.4\n"));
    place.commit("a newer version of another name");
    let said = world.bump(&["--all", "--commit"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let branches = place.git(&["for-each-ref", "--format=%(refname:short)", "refs/heads/bump"]);
    assert_eq!(branches, "bump/binderhub\nbump/other");
    assert!(!place.git(&["diff", "main", "bump/other"]).contains("binderhub-"), "each on the base alone");
    let again = world.bump(&["--all", "--commit"]);
    assert_eq!(again.stderr.matches("nothing new").count(), 2, "{}", again.stderr);

    // One that is refused stops no other.
    place.write("index.yaml", &text.replace("  other:\n", "  gone:\n"));
    let said = world.bump(&["--all", "--output", "json"]);
    assert_eq!(said.code, 7, "{}", said.stdout);
    assert_eq!(said.json()["names"][0]["outcome"].as_str(), Some("changed"));
    assert_eq!(said.json()["names"][1]["problem"]["code"].as_str(), Some("source.no_chart"));
}
