//! Plans of real releases: they write nothing, they come true, they hold or are refused, and hide secrets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Said, Trial};
use sandbox::AuditLog;
use secret_vault::Key;
use serde_json::{Value, json};

/// Everything that a chart could write, Helm's own records included.
const KINDS: &str = "configmaps,secrets,services,serviceaccounts,persistentvolumeclaims,roles,rolebindings,\
    deployments,daemonsets,statefulsets,jobs,leases";

/// Each test with Helm 3 and with Helm 4.
macro_rules! both {
    ($($test:ident),* $(,)?) => {
        mod helm_3 { $(#[test] fn $test() { super::$test(3) })* }
        mod helm_4 { $(#[test] fn $test() { super::$test(4) })* }
    };
}

both!(a_plan_writes_nothing, a_plan_comes_true, two_plans_are_the_same_bytes);

/// A trial whose `deploy` drives one major of Helm.
struct Lab {
    trial: Trial,
    helm: String,
}

impl Lab {
    fn new(test: &str, major: u8) -> Option<Self> {
        let trial = Trial::new(&format!("deploy: {test}, Helm {major}"))?;
        let helm = match major {
            3 => trial.sandbox.helm.v3.clone(),
            _ => trial.sandbox.helm.v4.clone(),
        };
        Some(Self { helm: helm.expect("the sandbox has both majors").to_string(), trial })
    }

    fn deploy(&self, words: &[&str]) -> Said {
        self.trial.deploy(&[words, &["--helm", &self.helm]].concat())
    }

    fn plan(&self) -> Value {
        let said = self.deploy(&["plan", "staging", "--output", "json"]);
        assert_eq!(said.code, Some(0), "{said}");
        serde_json::from_str(&said.stdout).unwrap()
    }

    /// Every object of the member, by kind and name.
    fn objects(&self) -> BTreeMap<String, Value> {
        let said = self.trial.kubectl(&["get", KINDS, "-n", &self.trial.namespace("staging"), "-o", "json"]);
        let list: Value = serde_json::from_str(&said).unwrap();
        let name =
            |object: &Value| format!("{}/{}", object["kind"], object["metadata"]["name"]).replace('"', "");
        list["items"].as_array().unwrap().iter().map(|object| (name(object), object.clone())).collect()
    }

    /// The version of every object of the member, of whatever kind the cluster serves.
    fn versions(&self) -> BTreeSet<String> {
        let served =
            self.trial.kubectl(&["api-resources", "--namespaced", "--verbs=list,delete", "-o", "name"]);
        // Events of the time before still come in.
        let kinds: Vec<&str> = served.lines().filter(|kind| !kind.starts_with("events")).collect();
        let line = "{range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{\"\\n\"}{end}";
        let jsonpath = format!("jsonpath={line}");
        let namespace = self.trial.namespace("staging");
        let said = self.trial.kubectl(&["get", &kinds.join(","), "-n", &namespace, "-o", &jsonpath]);
        said.lines().map(str::to_owned).collect()
    }

    /// Replaces a value in a sealed file.
    fn reseal(&self, file: &str, from: &str, to: &str) {
        let repository = self.trial.repository();
        let key =
            Key::from_bytes("the test key", &std::fs::read(repository.join("test-git-crypt-key")).unwrap());
        let (key, path) = (key.unwrap(), repository.join(file));
        let opened = key.open(&path, &std::fs::read(&path).unwrap()).unwrap();
        let text = String::from_utf8(opened.expose().to_vec()).unwrap();
        assert!(text.contains(from), "{file} does not hold it");
        std::fs::write(&path, key.seal(text.replace(from, to).as_bytes())).unwrap();
    }

    /// A sealed value of staging.
    fn sealed(&self, file: &str, name: &str) -> String {
        let repository = self.trial.repository();
        let key =
            Key::from_bytes("the test key", &std::fs::read(repository.join("test-git-crypt-key")).unwrap());
        let path = repository.join(file);
        let opened = key.unwrap().open(&path, &std::fs::read(&path).unwrap()).unwrap();
        let secrets = opened.secrets();
        let found = secrets.iter().find(|secret| secret.tag().ends_with(name)).expect("the file has it");
        String::from_utf8(found.expose().to_vec()).unwrap()
    }

    /// Something new, something changed, something gone.
    fn edit(&self) {
        self.trial.edit("config/staging.yaml", "pod_quota: 20", "pod_quota: 30");
        let path = self.trial.repository().join("config/staging.yaml");
        let mut text = std::fs::read_to_string(&path).unwrap();
        text = text.replacen("\nbinderhub:\n", "\nbinderhub:\n  imageCleaner: {enabled: false}\n", 1);
        text.push_str("\nfederationRedirect: {enabled: true, hosts: {staging: {prime: true}}}\n");
        std::fs::write(&path, text).unwrap();
    }
}

/// The objects of a plan with their changes.
fn changes(plan: &Value) -> BTreeMap<String, String> {
    let steps = plan["members"][0]["steps"].as_array().unwrap();
    let objects = steps.iter().flat_map(|step| step["objects"].as_array().into_iter().flatten());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    objects.map(|it| (format!("{}/{}", text(&it["kind"]), text(&it["name"])), text(&it["change"]))).collect()
}

fn files(folder: &camino::Utf8Path, found: &mut BTreeSet<String>) {
    let Ok(entries) = folder.read_dir_utf8() else { return };
    for entry in entries.map(Result::unwrap) {
        if entry.path().is_dir() {
            files(entry.path(), found);
        } else {
            found.insert(entry.path().to_string());
        }
    }
}

fn a_plan_writes_nothing(major: u8) {
    let Some(lab) = Lab::new("a plan writes nothing", major) else { return };
    let log = AuditLog::open(&lab.trial.sandbox.audit_log);
    let namespace = lab.trial.namespace("staging");
    let mut before_files = BTreeSet::new();
    files(lab.trial.home(), &mut before_files);

    // A first install: nothing is there, and nothing comes of planning it.
    let mark = log.mark().unwrap();
    let said = lab.deploy(&["plan", "staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    assert!(said.stdout.contains("first install"), "{said}");
    let there = lab.trial.kubectl(&["get", "namespace", &namespace, "--ignore-not-found", "-o", "name"]);
    assert_eq!(there, "", "the plan made the namespace");

    assert_eq!(lab.deploy(&["staging"]).code, Some(0));
    lab.edit();
    let rest = lab.versions();
    assert!(rest.len() > 20, "{rest:?}");
    let before = log.mark().unwrap();
    let out = lab.trial.home().join("plan.json");
    let said = lab.deploy(&["plan", "staging", "--out", out.as_str()]);
    assert_eq!(said.code, Some(0), "{said}");
    assert_eq!(lab.versions(), rest, "a plan wrote");

    let after = log.since(before).unwrap();
    let ours = |request: &&sandbox::Request| {
        // What belongs to the whole cluster has the namespace in its name.
        request.user == "sandbox-admin"
            && (request.namespace == namespace || request.uri.contains(&namespace))
    };
    let writes: Vec<_> = after.iter().filter(ours).filter(|request| request.is_write()).collect();
    assert!(writes.iter().any(|request| request.verb == "delete"), "the plan has a delete: {writes:?}");
    assert!(writes.len() >= 4, "{writes:?}");
    assert!(writes.iter().all(|request| request.dry_run), "{writes:?}");
    let first = log.since(mark).unwrap();
    let during_install = first.iter().take_while(|request| request.at <= after.first().unwrap().at);
    assert!(during_install.count() > 0);

    let mut left = BTreeSet::new();
    files(lab.trial.home(), &mut left);
    let elsewhere: Vec<_> = left
        .difference(&before_files)
        .filter(|file| {
            !file.contains("/.cache/") && **file != out && !file.contains("/.local/state/deploy/runs/")
        })
        .collect();
    assert_eq!(elsewhere, Vec::<&String>::new());
    // The one run of `up` has its log there; the plans have none.
    let runs = lab.trial.home().join(".local/state/deploy/runs").read_dir_utf8().unwrap().count();
    assert_eq!(runs, 1);
}

fn a_plan_comes_true(major: u8) {
    let Some(lab) = Lab::new("a plan comes true", major) else { return };
    assert_eq!(lab.deploy(&["staging"]).code, Some(0));
    lab.edit();
    let plan = changes(&lab.plan());
    // What a chart sets; the API server's own bookkeeping is another matter.
    let own = |object: &Value| {
        let annotations = object["metadata"]["annotations"].as_object().cloned().unwrap_or_default();
        let annotations: BTreeMap<_, _> = annotations
            .into_iter()
            .filter(|(key, _)| !key.starts_with("deployment.kubernetes.io/"))
            .collect();
        json!([
            object["spec"],
            object["data"],
            object["metadata"]["labels"],
            annotations,
            object["metadata"]["uid"]
        ])
    };
    let is_release = |name: &String| {
        let hook = name.contains("hook-image-awaiter")
            || name.contains("kube-root-ca")
            || name.ends_with("/default");
        !hook
            && !name.contains("/sh.helm.release")
            && !name.contains("/deploy-")
            && !name.starts_with("Lease/")
    };
    let before = lab.objects();
    let said = lab.deploy(&["staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    let after = lab.objects();
    let mut happened = BTreeMap::new();
    for name in before.keys().chain(after.keys()).filter(|name| is_release(name)) {
        let what = match (before.get(name), after.get(name)) {
            (None, Some(_)) => "new",
            (Some(_), None) => "deleted",
            (Some(one), Some(other)) if own(one) == own(other) => "unchanged",
            _ => "changed",
        };
        happened.insert(name.clone(), what.to_owned());
    }
    assert_eq!(happened, plan);
    for (object, change) in [
        ("ConfigMap/binder-config", "changed"),
        ("Deployment/binder", "changed"),
        ("DaemonSet/image-cleaner", "deleted"),
        ("Deployment/federation-redirect", "new"),
        ("Secret/hub", "unchanged"),
    ] {
        assert_eq!(plan[object], change, "{plan:?}");
    }
}

fn two_plans_are_the_same_bytes(major: u8) {
    let Some(lab) = Lab::new("two plans", major) else { return };
    let install = || lab.deploy(&["plan", "staging", "--output", "json"]);
    assert_eq!(install().stdout, install().stdout, "of a first install");
    assert_eq!(lab.deploy(&["staging"]).code, Some(0));
    lab.edit();
    let upgrade = || lab.deploy(&["plan", "staging", "--output", "json"]);
    let (one, other) = (upgrade(), upgrade());
    assert_eq!(one.stdout, other.stdout);
    assert!(one.stdout.ends_with("}\n") && !one.stdout.contains("\n{"), "{one}");
}

#[test]
fn a_saved_plan_is_done_while_it_holds_and_refused_once_it_does_not() {
    let Some(lab) = Lab::new("a saved plan", 3) else { return };
    lab.trial.install();
    lab.edit();
    let file = lab.trial.home().join("plan.json");
    let save = || {
        let said = lab.deploy(&["plan", "staging", "--out", file.as_str(), "--exit-code"]);
        assert_eq!(said.code, Some(6), "{said}");
    };
    save();
    let namespace = lab.trial.namespace("staging");
    let patch = r#"{"data":{"project":"edited"}}"#;
    lab.trial.kubectl(&["patch", "configmap", "site", "-n", &namespace, "--type=merge", "-p", patch]);
    let before = lab.versions();
    let refused = lab.deploy(&["up", "--plan", file.as_str()]);
    assert_eq!(refused.code, Some(8), "{refused}");
    assert!(refused.stdout.contains("run.plan_stale") && refused.stdout.contains("ConfigMap/"), "{refused}");
    assert_eq!(lab.versions(), before, "a plan that does not hold wrote");

    // The plan of now shows what somebody did, apart from what the change does.
    let said = lab.deploy(&["plan", "staging"]);
    let wanted = "drift: data.project is edited, was released as staging; this step puts it back";
    assert!(said.stdout.contains(wanted), "{said}");

    save();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("pod_quota: 30", "pod_quota: 31")).unwrap();
    let altered = lab.deploy(&["up", "--plan", file.as_str()]);
    assert_eq!(altered.code, Some(2), "{altered}");
    assert!(altered.stderr.contains("plan.altered"), "{altered}");
    std::fs::write(&file, text).unwrap();
    let lacks = lab.deploy(&["up", "ovh", "--plan", file.as_str()]);
    assert_eq!(lacks.code, Some(8), "{lacks}");
    assert!(lacks.stdout.contains("run.plan_lacks"), "{lacks}");
    let done = lab.deploy(&["up", "--plan", file.as_str()]);
    assert_eq!(done.code, Some(0), "{done}");
    // Helm's record says by which plan it was made.
    let saved: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let hash = saved["members"][0]["hash"].as_str().unwrap().get(..40).unwrap().to_owned();
    let label = format!("deploy-plan={hash}");
    let records = lab.trial.kubectl(&["get", "secrets", "-n", &namespace, "-l", &label, "-o", "name"]);
    assert_eq!(records.lines().count(), 1, "{records}");
    assert_eq!(lab.trial.statuses("staging"), ["superseded", "deployed"]);
}

#[test]
fn a_changed_secret_is_seen_and_its_value_is_not() {
    let Some(lab) = Lab::new("a changed secret", 3) else { return };
    lab.trial.install();
    let file = "secrets/config/staging.yaml";
    let old = lab.sealed(file, "cookieSecret");
    let new = "f00dfeedf00dfeedf00dfeedf00dfeedf00dfeedf00dfeedf00dfeedf00dfeed";
    lab.reseal(file, &old, new);
    let said = lab.deploy(&["plan", "staging"]);
    for wanted in [
        "! everybody is logged out: the hub's cookie secret changes",
        "~ Secret/hub",
        "(secret hmac:",
        "restarts hub",
        "1 x Deployment/hub: all at once, Secret/hub changes",
    ] {
        assert!(said.stdout.contains(wanted), "no {wanted:?} in {said}");
    }
    let json = lab.plan().to_string();
    let log = std::fs::read_to_string(lab.trial.home().join("events")).unwrap_or_default();
    let everything = format!("{}{}{json}{log}", said.stdout, said.stderr);
    for value in [old.as_str(), new] {
        assert!(!everything.contains(value), "{everything}");
    }
}

#[test]
fn apply_and_run_steps_are_planned_and_conflicts_shown() {
    let Some(lab) = Lab::new("apply and run steps", 3) else { return };
    lab.trial.install();
    let namespace = lab.trial.namespace("staging");
    let group = format!("{namespace}.example.org");
    let repository = lab.trial.repository();
    std::fs::create_dir(repository.join("crds")).unwrap();
    let crd = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: widgets.{group}}}\nspec:\n  \
         group: {group}\n  scope: Namespaced\n  names: {{plural: widgets, singular: widget, kind: Widget}}\n  versions:\n  \
         - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}\n---\n\
         apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: site}}\ndata: {{project: ours}}\n"
    );
    std::fs::write(repository.join("crds/widgets.yaml"), &crd).unwrap();
    let widget = format!("apiVersion: {group}/v1\nkind: Widget\nmetadata: {{name: a}}\n");
    std::fs::write(repository.join("crds/widget.yaml"), widget).unwrap();
    std::fs::write(repository.join("ban.sh"), "#!/bin/sh\n").unwrap();
    lab.trial.edit(
        "federation.yaml",
        "  steps:\n",
        "  steps:\n    - apply: {files: [crds/widgets.yaml]}\n    - apply: {files: [crds/widget.yaml]}\n    \
         - run: {name: ban, program: ban.sh, args: [\"{member}\"]}\n",
    );
    let before = lab.versions();
    let said = lab.deploy(&["plan", "staging"]);
    assert_eq!(said.code, Some(0), "{said}");
    for wanted in [
        format!("+ CustomResourceDefinition/widgets.{group}"),
        "is managed by helm".to_owned(),
        format!("unproven: needs step 1: the cluster does not serve {group}/v1 Widget yet"),
        "step 3 ban: run ban.sh (sha256:".to_owned(),
        "step 4 staging: release staging".to_owned(),
    ] {
        assert!(said.stdout.contains(&wanted), "no {wanted:?} in {said}");
    }
    assert_eq!(lab.versions(), before);
    let defined =
        lab.trial.kubectl(&["get", "crd", &format!("widgets.{group}"), "--ignore-not-found", "-o", "name"]);
    assert_eq!(defined, "");
    // An unknown field is refused with its place, before anything else happens.
    std::fs::write(
        repository.join("crds/widgets.yaml"),
        crd.replace("data: {project", "bogus: 1\ndata: {project"),
    )
    .unwrap();
    let refused = lab.deploy(&["plan", "staging"]);
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(
        refused.stdout.contains("plan.refused") && refused.stdout.contains("crds/widgets.yaml:11:1"),
        "{refused}"
    );
}
