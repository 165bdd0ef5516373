//! Manifests of `apply` steps: read with their places, and what the API server's words become.

use release_plan::{Attempt, Change, Conflict, Manifest, MemberPlan, StepPlan, Verdict, apply_step, link};

use crate::scene::*;

const FILE: &str = "# crds\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n\n# two\nkind: List\nitems:\n- {apiVersion: x.io/v1, kind: Thing, metadata: {name: b, namespace: other}}\n";

fn parse(text: &str) -> Result<Vec<Manifest>, release_plan::Error> {
    Manifest::parse("crds/a.yaml".into(), text, &"prod".parse().unwrap())
}

#[test]
fn documents_have_places_and_namespaces() {
    let found: Vec<String> = parse(FILE)
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it.place, it.api_version, it.object))
        .collect();
    assert_eq!(found, ["crds/a.yaml:3:1 v1 ConfigMap/prod/a", "crds/a.yaml:9:1 x.io/v1 Thing/other/b"]);
    assert!(parse("a: [").is_err());
    assert!(parse("kind: X\n").unwrap_err().to_string().contains("lacks an apiVersion"));
}

fn step(number: usize, verdicts: Vec<Verdict>) -> StepPlan {
    let manifests = parse(FILE).unwrap();
    let attempts = manifests.into_iter().zip(verdicts).map(|(manifest, verdict)| Attempt {
        manifest,
        live: None,
        verdict,
    });
    apply_step(
        format!("s{number}").parse().unwrap(),
        number,
        vec!["crds/a.yaml".into()],
        attempts.collect(),
        &veil(),
    )
}

#[test]
fn a_conflict_is_shown_and_what_needs_an_earlier_step_says_which() {
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.x.io}\n";
    let manifest = parse(crd).unwrap().remove(0);
    let first = Attempt { live: None, verdict: Verdict::Becomes(manifest.value.clone()), manifest };
    let first = apply_step("crds".parse().unwrap(), 1, vec![], vec![first], &veil());
    let conflict = Conflict { field: ".data.k".into(), manager: "kubectl-edit".into() };
    let second =
        step(2, vec![Verdict::Conflicts(vec![conflict.clone()]), Verdict::Unproven("not served yet".into())]);
    let mut steps = vec![first, second];
    link(&mut steps);
    assert_eq!(steps[0].objects()[0].change, Change::New);
    let [map, thing] = steps[1].objects() else { panic!() };
    assert_eq!((map.change, map.conflicts.as_slice()), (Change::Unproven, [conflict].as_slice()));
    assert_eq!(map.unproven.as_ref().unwrap().needs, None);
    assert_eq!(thing.unproven.as_ref().unwrap().needs, Some(1));
    assert!(!MemberPlan::new("prod".parse().unwrap(), steps).is_empty());
}
