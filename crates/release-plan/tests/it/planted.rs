//! Secrets planted anywhere in what a plan is made of are nowhere in what comes out of it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use release_plan::{Document, Forecast, MemberPlan, StepPlan, Veil, given, held, helm_step};
use serde_json::{Value, json};

use crate::scene::*;

/// A way in which a chart writes a value down.
type Spelling = fn(&str) -> String;

const SPELLINGS: [Spelling; 8] = [
    str::to_owned,
    |secret| STANDARD.encode(secret),
    |secret| URL_SAFE_NO_PAD.encode(format!("user:{secret}")),
    |secret| json!({"token": secret}).to_string(),
    |secret| json!(json!({"token": secret}).to_string()).to_string(),
    |secret| secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
    |secret| {
        secret
            .bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    },
    |secret| format!("line one\n  password: {secret}\nline three\n"),
];

/// Where it stands in an object.
fn objects(place: usize, text: &str) -> Value {
    let mut deployment = deployment("hub", "hub:1", "sum");
    match place {
        0 => return config_map("hub", "config", text),
        1 => return secret("hub", "key", text),
        2 => deployment["metadata"]["annotations"] = json!({"note": text}),
        3 => deployment["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = json!(text),
        4 => {
            deployment["spec"]["template"]["spec"]["containers"][0]["args"] =
                json!(["--token", format!("--x={text}")])
        }
        5 => return config_map("hub", &format!("key-{text}"), "x"),
        _ => {
            return json!({"apiVersion": "x.io/v1", "kind": "Thing", "metadata": {"name": "hub"}, "spec": {"deep": [{"er": text}], "on": true}});
        }
    }
    deployment
}

const PLACES: usize = 7;

fn secret_text() -> impl Strategy<Value = String> {
    // As people and programs make them: words, hexadecimal, base64, and with marks.
    prop_oneof!["[a-zA-Z0-9]{16,40}", "[0-9a-f]{32,64}", "[a-zA-Z0-9+/]{20,40}", "[ -~]{12,30}"].prop_filter(
        "a secret that is masked",
        |text| {
            let warned = redact::Masker::new([("t", text.as_str())]).unwrap().1;
            warned.is_empty() && text.trim() == text
        },
    )
}

/// Every form of a value that a reader could undo.
fn forms(secret: &str) -> Vec<String> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let json = json!(secret).to_string();
    vec![
        secret.to_owned(),
        STANDARD.encode(secret),
        hex.to_uppercase(),
        hex,
        json.trim_matches('"').to_owned(),
    ]
}

#[derive(Debug, Clone)]
struct Plant {
    old: String,
    new: String,
    spelling: usize,
    place: usize,
    keyed: bool,
}

fn plant() -> impl Strategy<Value = Plant> {
    (secret_text(), secret_text(), 0..SPELLINGS.len(), 0..PLACES, any::<bool>())
        .prop_map(|(old, new, spelling, place, keyed)| Plant { old, new, spelling, place, keyed })
}

/// The plan of a change from the old secret to the new one. The vault knows only the new one.
fn planned(plant: &Plant, veil: &dyn Fn(&Forecast<'_>) -> Veil) -> StepPlan {
    let spell = SPELLINGS[plant.spelling];
    let (before, after) =
        ([objects(plant.place, &spell(&plant.old))], [objects(plant.place, &spell(&plant.new))]);
    let of = |revision, secret: &str, objects: &[Value]| {
        release(revision, chart("1.0.0"), objects, json!({"hub": {"token": secret}}), json!([]))
    };
    let (last, next) = (of(1, &plant.old, &before), of(2, &plant.new, &after));
    let forecast = upgrade(&last, &next, &before, &after);
    let veil = veil(&forecast);
    helm_step("hub".parse().unwrap(), 1, forecast, &veil)
}

fn covered(plant: &Plant, forecast: &Forecast<'_>) -> Veil {
    let vault = [("secrets/a.yaml:hub.token".to_owned(), plant.new.clone().into_bytes())];
    let old = given(forecast.last.unwrap(), &[], &BTreeSet::from(["hub.token".to_owned()]));
    let key = plant.keyed.then_some(b"subkey".as_slice());
    Veil::new(key, "", vault.into_iter().chain(old).chain(held(forecast))).unwrap()
}

/// Everything that leaves: the saved plan, and what a programmer's message would show.
fn output(step: StepPlan) -> String {
    let shown = format!("{step:?}");
    let document = Document::new(vec![MemberPlan::new("prod".parse().unwrap(), vec![step])]);
    shown + &String::from_utf8(document.to_bytes()).unwrap()
}

fn leaks(plant: &Plant, output: &str) -> Option<String> {
    [&plant.old, &plant.new]
        .into_iter()
        .flat_map(|secret| forms(secret))
        .find(|form| output.contains(form.as_str()))
}

#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the environment is how a proof talks to a test, and its result must be seen"
)]
#[test]
fn no_planted_secret_comes_out() {
    // `PROVE_CASES` is how the long proof asks for more of the same.
    let cases = std::env::var("PROVE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300);
    let config =
        Config { cases, rng_seed: RngSeed::Fixed(8785), failure_persistence: None, ..Config::default() };
    let checked = TestRunner::new(config).run(&plant(), |plant| {
        let step = planned(&plant, &|forecast| covered(&plant, forecast));
        prop_assert!(!step.is_empty(), "the change of a secret shows");
        let found = leaks(&plant, &output(step));
        prop_assert!(found.is_none(), "{:?} is in the plan", found);
        Ok(())
    });
    checked.unwrap();
    eprintln!("{cases} planted changes of secrets, none in any output");
}

#[test]
fn the_search_finds_what_a_veil_would_let_through() {
    let plant = Plant {
        old: "correct horse battery".into(),
        new: "staple once more".into(),
        spelling: 0,
        place: 0,
        keyed: true,
    };
    assert!(leaks(&plant, &output(planned(&plant, &|_| Veil::default()))).is_some());
}
