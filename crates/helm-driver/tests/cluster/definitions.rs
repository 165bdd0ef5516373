//! Charts that define their own kinds: planned whole before anything is there, and written as planned.

use std::sync::Arc;

use helm_driver::{Prediction, Upgrade};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::api::{Api, DeleteParams};

use crate::both;
use crate::lab::{Lab, finish};

both!(
    a_kind_and_its_object_are_planned_before_either_is_there,
    a_kind_that_is_there_already_is_left_as_it_is
);

/// A chart with a definition in `crds/` and an object of that kind; the group is this test's own.
fn chart(lab: &Lab) -> (Upgrade, String) {
    let group = format!("{}.example.org", lab.namespace);
    let root = lab.root().join("lab");
    std::fs::create_dir(root.join("crds")).unwrap();
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: gadgets.{group}}}\nspec:\n  \
         group: {group}\n  scope: Namespaced\n  names: {{plural: gadgets, singular: gadget, kind: Gadget}}\n  versions:\n  \
         - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}\n"
    );
    std::fs::write(root.join("crds/gadgets.yaml"), definition).unwrap();
    let object = format!("apiVersion: {group}/v1\nkind: Gadget\nmetadata: {{name: a}}\n");
    std::fs::write(root.join("templates/gadget.yaml"), object).unwrap();
    (lab.with_values(""), format!("gadgets.{group}"))
}

/// Each write with why it cannot be proven.
fn writes(prediction: &Prediction) -> Vec<String> {
    let shown = |why: &Option<String>| why.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let line = |write: &helm_driver::PredictedWrite| {
        format!("{}/{}{}", write.object.kind, write.object.name, shown(&write.unproven))
    };
    prediction.writes.iter().map(line).collect()
}

async fn a_kind_and_its_object_are_planned_before_either_is_there(lab: Arc<Lab>) {
    let (upgrade, name) = chart(&lab);
    let definitions: Api<CustomResourceDefinition> = Api::all(lab.client.clone());
    let prediction = lab.driver.predict(upgrade.clone()).await.unwrap();
    let writes = writes(&prediction);
    assert!(writes.contains(&format!("CustomResourceDefinition/{name}")), "{writes:?}");
    let gadget = format!("Gadget/a: CustomResourceDefinition/{name} is created by the same step");
    assert!(writes.contains(&gadget), "{writes:?}");
    assert!(writes.contains(&"ConfigMap/map-000".to_owned()), "{writes:?}");
    assert!(definitions.get_opt(&name).await.unwrap().is_none(), "the plan defined it");

    let done = finish(lab.driver.upgrade(upgrade)).await.unwrap();
    assert_eq!(done.objects, 4);
    definitions.delete(&name, &DeleteParams::default()).await.unwrap();
}

async fn a_kind_that_is_there_already_is_left_as_it_is(lab: Arc<Lab>) {
    let (upgrade, name) = chart(&lab);
    let definitions: Api<CustomResourceDefinition> = Api::all(lab.client.clone());
    finish(lab.driver.upgrade(upgrade.clone())).await.unwrap();
    // Another release of the same chart finds the kind served.
    let other = Upgrade { release: "other".parse().unwrap(), ..upgrade };
    std::fs::remove_file(lab.root().join("lab/templates/maps.yaml")).unwrap();
    let gadget = lab.root().join("lab/templates/gadget.yaml");
    let text = std::fs::read_to_string(&gadget).unwrap();
    std::fs::write(&gadget, text.replace("name: a", "name: b")).unwrap();
    let prediction = lab.driver.predict(other).await.unwrap();
    let gadgets: Vec<String> =
        writes(&prediction).into_iter().filter(|write| write.starts_with("Gadget")).collect();
    assert_eq!(gadgets, ["Gadget/b"]);
    definitions.delete(&name, &DeleteParams::default()).await.unwrap();
}
