//! A file that uses every key: what it resolves to, what is not acted on yet, and the schema.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::time::Duration;

use federation::shape::{Acts, Key, Shape, Table};
use federation::{Action, Chart, CheckKind, Federation, OnFailure, Source, keys, schema};
use serde_json::Value;

const WHOLE: &str = include_str!("whole.yaml");

fn whole() -> Federation {
    let parsed = Federation::parse("live/federation.yaml".into(), WHOLE);
    parsed.unwrap_or_else(|errors| panic!("{:#?}", errors.into_iter().collect::<Vec<_>>()))
}

#[test]
fn placeholders_are_filled_in_and_defaults_applied() {
    let federation = whole();
    assert_eq!(federation.folder(), "live");
    assert_eq!(federation.helm().unwrap().to_string(), ">=3.19, <5");
    let prod = federation.member("prod").unwrap();
    assert_eq!((prod.namespace.as_str(), prod.wave.as_str()), ("prod", "production"));
    assert_eq!(prod.urls.binder.as_ref().unwrap().as_str(), "https://prod.example.org/");
    let names: Vec<&str> = prod.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["apply-cert-manager", "cert-manager", "networkban", "prod"]);
    let helm = prod.judged().unwrap();
    assert_eq!((helm.release.as_str(), helm.namespace.as_str()), ("prod", "prod"));
    assert_eq!(helm.timeout, Duration::from_secs(600));
    assert_eq!(helm.values[2].source, Source::File("config/prod.yaml".into()));
    assert!(helm.values[3].sealed && !helm.values[3].optional && !helm.values[2].sealed);
    let (_, cert_manager) = prod.releases().next().unwrap();
    assert_eq!(cert_manager.namespace.as_str(), "cert-manager");
    assert!(matches!(&cert_manager.chart, Chart::Oci { version, .. } if version == "v1.18.2"));
    let Action::Run(run) = &prod.steps[2].action else { panic!("{:?}", prod.steps[2]) };
    assert_eq!((run.args.as_slice(), run.on_failure), (["prod".to_owned()].as_slice(), OnFailure::Continue));
    assert_eq!(run.undo, None);
}

#[test]
fn what_a_member_says_replaces_the_defaults() {
    let federation = whole();
    let ovh = federation.member("ovh").unwrap();
    let names: Vec<&str> = ovh.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["quotas", "warm", "hub"]);
    let Action::Apply(apply) = &ovh.steps[0].action else { panic!("{:?}", ovh.steps[0]) };
    assert_eq!(apply.files, ["quotas/canary.yaml", "quotas/all.yaml"]);
    // The release is named like the member unless given, also where the step has a name.
    let helm = ovh.judged().unwrap();
    assert_eq!((helm.release.as_str(), helm.namespace.as_str()), ("ovh", "binder"));
    // Of two URLs, the one that the member does not give is the default's.
    let staging = federation.member("staging").unwrap();
    assert_eq!(staging.urls.hub.as_ref().unwrap().as_str(), "https://hub.staging.mybinder.org/");
    assert_eq!(ovh.urls.hub.as_ref().unwrap().as_str(), "https://hub.ovh.example.org/");
    assert_eq!(federation.reference().unwrap().name, ovh.name);
    assert_eq!(federation.redirector().unwrap().name.as_str(), "prod");
}

#[test]
fn a_query_keeps_its_braces() {
    let federation = whole();
    let CheckKind::Metrics { rules } = &federation.checks()[3].kind else { panic!() };
    assert_eq!(rules[0].query, r#"sum(rate(spawns{pod="{member}"}[5m]))"#);
}

#[test]
fn targets_are_chosen_in_the_order_of_the_waves() {
    let federation = whole();
    let chosen = |targets: &[&str]| -> Vec<String> {
        let waves = federation.select(targets).unwrap();
        let line = |(wave, members): &(&federation::Wave, Vec<&federation::Member>)| {
            let members: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
            format!("{}: {}", wave.name, members.join(" "))
        };
        waves.iter().map(line).collect()
    };
    assert_eq!(chosen(&["all"]), ["staging: staging", "canary: ovh", "production: prod"]);
    assert_eq!(chosen(&["prod", "staging", "prod"]), ["staging: staging", "production: prod"]);
    assert_eq!(chosen(&["production", "ovh"]), ["canary: ovh", "production: prod"]);
    assert_eq!(chosen(&[]), Vec::<String>::new());
}

#[test]
fn what_is_not_acted_on_is_said_by_name_and_place() {
    let federation = whole();
    let notices: Vec<String> = federation
        .not_yet()
        .iter()
        .map(|notice| format!("{}:{} {}", notice.place.line, notice.place.column, notice.key))
        .collect();
    insta::assert_snapshot!(notices.join("\n"), @r#"
    28:5 members.ovh.reference
    37:5 members.prod.redirector
    39:5 members.prod.auth
    39:12 members.prod.auth.gke
    43:37 waves[].window
    45:75 checks.binder.build
    46:27 checks.hub.user
    47:17 checks.whole.kind: federation
    48:16 checks.load.kind: metrics
    48:25 checks.load.rules
    51:1 notify
    52:1 images
    "#);
}

fn every_table(table: &'static Table, found: &mut Vec<&'static Table>) {
    found.push(table);
    for key in table.keys {
        every_shape(key.shape, found);
    }
}

fn every_shape(shape: Shape, found: &mut Vec<&'static Table>) {
    match shape {
        Shape::Table(table) | Shape::Named(table) => every_table(table, found),
        Shape::List(item) => every_shape(*item, found),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| every_shape(*shape, found)),
        _ => {}
    }
}

fn all_keys() -> Vec<&'static Key> {
    let mut tables = Vec::new();
    every_table(&keys::FEDERATION, &mut tables);
    tables.into_iter().flat_map(|table| table.keys).collect()
}

#[test]
fn the_whole_file_uses_every_key() {
    for key in all_keys() {
        assert!(WHOLE.contains(&format!("{}:", key.name)), "{} is not in whole.yaml", key.name);
    }
}

#[test]
fn every_key_that_is_not_acted_on_gives_a_notice() {
    let noticed: BTreeSet<String> = whole().not_yet().iter().map(|notice| notice.key.clone()).collect();
    for key in all_keys().into_iter().filter(|key| key.acts == Acts::NotYet) {
        assert!(noticed.iter().any(|notice| notice.split('.').any(|part| part == key.name)), "{}", key.name);
    }
}

#[test]
fn the_schema_knows_every_key() {
    fn keys_of(schema: &Value, found: &mut BTreeSet<String>) {
        match schema {
            Value::Object(fields) => {
                if let Some(Value::Object(properties)) = fields.get("properties") {
                    found.extend(properties.keys().cloned());
                }
                fields.values().for_each(|value| keys_of(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| keys_of(value, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    keys_of(&schema(), &mut found);
    let known: BTreeSet<String> = all_keys().iter().map(|key| key.name.to_owned()).collect();
    assert_eq!(found, known);
}

fn schema_text() -> String {
    format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap())
}

fn schema_file() -> camino::Utf8PathBuf {
    test_support::fixtures().join("../docs/reference/federation.schema.json")
}

#[test]
fn the_committed_schema_is_that_of_the_table() {
    let committed = std::fs::read_to_string(schema_file()).unwrap();
    assert!(committed == schema_text(), "run `cargo test -p federation -- --ignored write_the_schema`");
}

#[test]
#[ignore = "writes docs/reference/federation.schema.json"]
fn write_the_schema() {
    std::fs::write(schema_file(), schema_text()).unwrap();
}
