//! The history is read as Helm itself reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use helm_release::{Revision, SECRET_TYPE, secret_name};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Api, ObjectMeta, PostParams};
use names::ReleaseName;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::lab::Lab;

crate::both!(every_generated_history_is_read_as_helm_reads_it, a_damaged_revision_is_named);

/// Revisions of each generated release.
const REVISIONS: u32 = 10;
/// Helms that run at once.
const AT_ONCE: usize = 3;

const STATUSES: [&str; 10] = [
    "unknown",
    "deployed",
    "uninstalled",
    "superseded",
    "failed",
    "uninstalling",
    "pending-install",
    "pending-upgrade",
    "pending-rollback",
    "from-the-future",
];

const DESCRIPTIONS: [&str; 6] = [
    "Upgrade complete",
    "",
    "Release \"hub\" failed: context deadline exceeded && \"quoted\" <b>",
    "zwei Zeilen\nund ein Umlaut: ü \u{2028} 🎈",
    "Rollback to 3",
    "run 2026-11-21 by someone@example.org",
];

async fn every_generated_history_is_read_as_helm_reads_it(lab: Arc<Lab>) {
    let releases = test_support::proof_scale(2);
    let mut statuses = 0;
    for number in 0..releases {
        let release: ReleaseName = format!("made-{number}").parse().unwrap();
        let mut dice = Dice::new(u64::try_from(number).unwrap());
        let first = 1 + dice.up_to(90);
        let mut labels = BTreeMap::new();
        for revision in first..first + REVISIONS {
            let status = STATUSES[statuses % STATUSES.len()];
            statuses += 1;
            let (secret, own) = made(&release, Revision::new(revision).unwrap(), status, &mut dice);
            labels.insert(revision, own);
            secrets(&lab).create(&PostParams::default(), &secret).await.unwrap();
        }
        equals(&lab, &release, first, &labels).await;
    }
    println!("{} revisions of {releases} releases are read as Helm reads them", statuses);
}

/// Helm's own answers against ours, for the whole history and for each manifest.
async fn equals(
    lab: &Lab,
    release: &ReleaseName,
    first: u32,
    labels: &BTreeMap<u32, BTreeMap<String, String>>,
) {
    let theirs = lab.helm(&["history", release.as_str(), "-o", "json", "--max", "1000"]).await.unwrap();
    let theirs: Vec<Value> = serde_json::from_str(&theirs).unwrap();
    let ours = lab.driver.history(&lab.namespace, release).await.unwrap();
    let ours: Vec<Value> = ours.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect();
    assert_eq!(ours.len(), theirs.len());
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        assert_eq!(normal(ours, lab), normal(theirs, lab), "{release}");
    }
    let revisions = stream::iter(first..first + REVISIONS).map(|number| async move {
        let revision = Revision::new(number).unwrap();
        let ours = lab.driver.release(&lab.namespace, release, revision).await.unwrap();
        let number = number.to_string();
        let theirs = lab.helm(&["get", "manifest", release.as_str(), "--revision", &number]).await.unwrap();
        assert_eq!(format!("{}\n", ours.manifest()), theirs, "{release} {number}");
        Ok::<_, ()>(ours)
    });
    let releases: Vec<_> = revisions.buffered(AT_ONCE).try_collect().await.unwrap();
    for release in releases {
        assert_eq!(release.labels(), &labels[&release.revision().get()]);
    }
}

/// A row with its time as an instant: Helm keeps the zone of whoever deployed, and Helm 3 prints an
/// unset time as an empty text. What a rollback went back to is told by Helm 4 alone.
fn normal(mut row: Value, lab: &Lab) -> Value {
    let fields = row.as_object_mut().unwrap();
    let updated = fields.remove("updated").and_then(|time| Some(time.as_str()?.to_owned()));
    let updated =
        updated.filter(|time| !time.is_empty()).map(|time| time.parse::<jiff::Timestamp>().unwrap());
    fields.insert("updated".to_owned(), json!(updated.map(|time| time.to_string())));
    if lab.driver.helm().major() == helm_driver::Major::V3 {
        fields.remove("rollback_revision");
    }
    row
}

fn secrets(lab: &Lab) -> Api<Secret> {
    Api::namespaced(lab.client.clone(), lab.namespace.as_str())
}

/// A revision as Helm stores it, its fields in Go's order; and the labels that are the operator's.
fn made(
    release: &ReleaseName,
    revision: Revision,
    status: &str,
    dice: &mut Dice,
) -> (Secret, BTreeMap<String, String>) {
    let mut info = json!({"first_deployed": "2026-01-02T03:04:05.6Z"});
    match dice.up_to(5) {
        0 => {}
        1 => info["last_deployed"] = json!(""),
        2 => info["last_deployed"] = json!("2026-07-01T12:00:00.123456789+02:00"),
        _ => info["last_deployed"] = json!(format!("2026-02-0{}T10:20:30Z", 1 + dice.up_to(8))),
    }
    info["deleted"] = json!("");
    let description = DESCRIPTIONS[dice.below(DESCRIPTIONS.len())];
    if !description.is_empty() {
        info["description"] = json!(description);
    }
    info["status"] = json!(status);
    if dice.up_to(4) == 0 {
        info["rollback_revision"] = json!(1 + dice.up_to(9));
    }
    let chart = match dice.up_to(9) {
        0 => json!(null),
        1 => json!({"metadata": null, "lock": null, "templates": null, "values": null}),
        2 => json!({"metadata": {"name": "hub", "version": "1.0.0-0.dev.git.3990.h1"}, "templates": []}),
        _ => {
            json!({"metadata": {"name": "mybinder", "version": "0.0.1", "appVersion": format!("v{}", dice.up_to(99))},
            "lock": null, "templates": [{"name": "templates/a.yaml", "data": STANDARD.encode(dice.text(4000))}],
            "values": {"a": dice.text(9)}, "schema": null, "files": []})
        }
    };
    let document = json!({
        "name": release, "info": info, "chart": chart, "config": {"token": dice.text(20)},
        "manifest": manifest(dice),
        "hooks": [{"name": "hook", "kind": "Job", "path": "hub/templates/h.yaml", "manifest": "a: b", "events": ["pre-upgrade"],
            "last_run": {"started_at": "", "completed_at": "", "phase": ""}, "weight": 1}],
        "version": revision, "namespace": "elsewhere",
    });
    let mut own = BTreeMap::new();
    for number in 0..dice.up_to(3) {
        own.insert(format!("deploy-{number}"), dice.text(12));
    }
    let mut labels = own.clone();
    for (key, value) in [("owner", "helm"), ("name", release.as_str()), ("status", status)] {
        labels.insert(key.to_owned(), value.to_owned());
    }
    labels.insert("version".to_owned(), revision.to_string());
    labels.insert("createdAt".to_owned(), "1767322800".to_owned());
    let json = document.to_string();
    let stored = if dice.up_to(4) == 0 { STANDARD.encode(json).into_bytes() } else { packed(&document) };
    let secret = Secret {
        metadata: ObjectMeta {
            name: Some(secret_name(release, revision)),
            labels: Some(labels),
            ..ObjectMeta::default()
        },
        type_: Some(SECRET_TYPE.to_owned()),
        data: Some(BTreeMap::from([("release".to_owned(), ByteString(stored))])),
        ..Secret::default()
    };
    (secret, own)
}

fn packed(document: &Value) -> Vec<u8> {
    let json = document.to_string();
    helm_release::Release::decode_json(json.as_bytes(), &BTreeMap::new()).unwrap().encode().unwrap()
}

fn manifest(dice: &mut Dice) -> String {
    let mut text = String::new();
    for number in 0..dice.up_to(6) {
        let (key, value) = (dice.text(5), dice.text(40));
        text.push_str(&format!(
            "---\n# Source: hub/templates/{number}.yaml\nkind: ConfigMap\nmetadata:\n  name: m-{number}\ndata:\n  {key}: |\n    {value} ü\n    ---\n"
        ));
    }
    text
}

/// Helm passes over a revision that it cannot decode; the live one could be among them.
async fn a_damaged_revision_is_named(lab: Arc<Lab>) {
    lab.upgrade("count: 1\n").await;
    lab.upgrade("count: 2\n").await;
    let name = "sh.helm.release.v1.lab.v1";
    let mut secret = secrets(&lab).get(name).await.unwrap();
    secret.data.as_mut().unwrap().insert("release".to_owned(), ByteString(b"H4sIAAAA".to_vec()));
    secrets(&lab).replace(name, &PostParams::default(), &secret).await.unwrap();
    let listed = lab.helm(&["history", "lab", "-o", "json"]).await.unwrap();
    assert_eq!(serde_json::from_str::<Vec<Value>>(&listed).unwrap().len(), 1, "{listed}");
    let error = lab.driver.history(&lab.namespace, &lab.release).await.unwrap_err();
    assert!(matches!(&error, helm_driver::Error::Unreadable { secret, .. } if secret == name), "{error}");
}
