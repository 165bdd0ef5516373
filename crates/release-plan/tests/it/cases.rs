//! What becomes of objects, which pods restart, and whom it hits.

use std::collections::BTreeMap;

use release_plan::{Action, Change, Code, How, StepPlan, Veil, Write, drifted, helm_step};
use serde_json::{Value, json};

use crate::scene::*;

fn changes(plan: &StepPlan) -> Vec<String> {
    plan.objects().iter().map(|it| format!("{:?} {}/{}", it.change, it.object.kind, it.object.name)).collect()
}

fn codes(plan: &StepPlan) -> Vec<Code> {
    plan.impacts.iter().map(|impact| impact.code).collect()
}

#[test]
fn every_kind_of_change_is_told_apart() {
    let before = [
        config_map("same", "a", "1"),
        config_map("edited", "a", "1"),
        config_map("gone", "a", "1"),
        config_map("kept", "a", "1"),
        config_map("anew", "a", "1"),
    ];
    let after = [
        config_map("same", "a", "1"),
        config_map("edited", "a", "2"),
        config_map("new", "a", "1"),
        config_map("anew", "a", "2"),
    ];
    let (last, next) = (plain(1, &before), plain(2, &after));
    let mut forecast = upgrade(&last, &next, &before, &after);
    // What says that it is to be kept, Helm looks at and does not delete.
    forecast.writes.retain(|write| write.object.name != "kept");
    let anew = forecast.writes.iter().position(|write| write.object.name == "anew").unwrap();
    let remade =
        Write { object: forecast.writes[anew].object.clone(), api_version: "v1".into(), how: How::Delete };
    forecast.writes[anew].how = How::Create(served(&after[3], 9));
    forecast.writes.insert(anew, remade);
    let plan = helm_step("hub".parse().unwrap(), 1, forecast, &veil());
    assert_eq!(
        changes(&plan),
        [
            "Recreated ConfigMap/anew",
            "Changed ConfigMap/edited",
            "Deleted ConfigMap/gone",
            "Kept ConfigMap/kept",
            "New ConfigMap/new",
            "Unchanged ConfigMap/same"
        ]
    );
    assert_eq!(plan.written().count(), 4);
    assert!(!plan.is_empty());
    let field = &plan.objects()[1].fields[0];
    assert_eq!(
        (field.path.as_str(), &field.from, &field.to),
        ("data.a", &Some(json!("1")), &Some(json!("2")))
    );
}

#[test]
fn counters_alone_are_no_change() {
    let before = [deployment("hub", "hub:1", "s"), config_map("hub", "a", "1")];
    let plan = plan(&before, &before, &veil());
    assert!(plan.is_empty(), "{plan:?}");
}

#[test]
fn a_restart_says_why_and_what_is_not_restarted_is_named() {
    let before = [
        deployment("hub", "k8s-hub:1", "one"),
        config_map("hub", "a", "1"),
        deployment("lone", "x:1", "one"),
        config_map("lone", "a", "1"),
    ];
    let mut after = [
        deployment("hub", "k8s-hub:2", "two"),
        config_map("hub", "a", "2"),
        deployment("lone", "x:1", "one"),
        config_map("lone", "a", "2"),
    ];
    after[0]["spec"]["template"]["spec"]["containers"][0]["env"][0]["value"] = json!("2");
    let plan = plan(&before, &after, &veil());
    let restart = plan.objects().iter().find_map(|it| it.restart.clone()).unwrap();
    assert_eq!(
        restart.reasons,
        ["image of hub: 1 -> 2", "ConfigMap/hub changes", "containers[name=hub].env[name=A].value changes"]
    );
    assert_eq!(
        (restart.pods, restart.component.as_deref(), restart.strategy.as_str()),
        (Some(1), Some("hub"), "Recreate")
    );
    let lone =
        plan.objects().iter().find(|it| it.object.name == "lone" && it.object.kind == "Deployment").unwrap();
    assert_eq!(
        (lone.change, lone.stale.as_slice()),
        (Change::Unchanged, ["ConfigMap/lone".to_owned()].as_slice())
    );
    assert_eq!(codes(&plan), [Code::HubRestarts]);
}

#[test]
fn a_change_of_replicas_restarts_nobody() {
    let before = [deployment("proxy", "chp:1", "s")];
    let mut after = before.clone();
    after[0]["spec"]["replicas"] = json!(2);
    let plan = plan(&before, &after, &veil());
    assert_eq!(plan.objects()[0].change, Change::Changed);
    assert!(plan.objects()[0].restart.is_none() && plan.impacts.is_empty());
}

#[test]
fn the_secrets_that_logins_rest_on_are_known() {
    for (key, code) in [
        ("hub.config.JupyterHub.cookie_secret", Some(Code::LoggedOut)),
        ("hub.config.ConfigurableHTTPProxy.auth_token", Some(Code::LoggedOut)),
        ("proxy.token", Some(Code::LoggedOut)),
        ("hub.config.CryptKeeper.keys", Some(Code::AuthStateLost)),
        ("hub.services.binder.apiToken", None),
    ] {
        let plan = plan(&[secret("hub", key, "before")], &[secret("hub", key, "after")], &veil());
        assert_eq!(codes(&plan), code.into_iter().collect::<Vec<_>>(), "{key}");
        let same = self::plan(&[secret("hub", key, "same")], &[secret("hub", key, "same")], &veil());
        assert!(same.is_empty(), "{key}");
    }
}

fn with_config(revision: u32, version: &str, prefix: &str, objects: &[Value]) -> helm_release::Release {
    let config = json!({"config": {"BinderHub": {"image_prefix": prefix}}});
    release(revision, chart(version), objects, config, json!([]))
}

#[test]
fn a_new_image_prefix_and_a_jupyterhub_inside_binderhub_are_seen() {
    let before = [deployment("hub", "k8s-hub:4.3.6", "s")];
    let mut after = before.clone();
    after[0]["metadata"]["labels"]["chart"] = json!("jupyterhub-5.0.0");
    let (last, next) = (with_config(1, "1.0.0", "r/a-", &before), with_config(2, "1.1.0", "r/b-", &after));
    let plan = helm_step("hub".parse().unwrap(), 1, upgrade(&last, &next, &before, &after), &veil());
    let texts: Vec<&str> = plan.impacts.iter().map(|impact| impact.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "the build cache is lost: image prefix r/a- -> r/b-",
            "JupyterHub 4.3.6 -> 5.0.0, inside BinderHub 1.0.0 -> 1.1.0: the hub may change its database when it starts, and an older hub cannot read it then",
        ]
    );
}

#[test]
fn data_that_goes_is_named() {
    let claim =
        json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "db"}, "spec": {}});
    assert_eq!(codes(&plan(&[claim], &[], &veil())), [Code::DataDeleted]);
}

#[test]
fn drift_is_told_apart_from_what_the_change_does() {
    let released = [deployment("hub", "hub:1", "s"), config_map("hub", "a", "1")];
    let mut after = released.clone();
    after[0]["spec"]["template"]["spec"]["containers"][0]["image"] = json!("hub:2");
    let (last, next) = (plain(1, &released), plain(2, &after));
    let mut forecast = upgrade(&last, &next, &released, &after);
    let hub = reference(&released[0]);
    forecast.live.get_mut(&hub).unwrap()["spec"]["replicas"] = json!(5);
    forecast.live.remove(&reference(&released[1]));
    forecast.writes[1].how = How::Create(served(&after[1], 8));
    // The API server is asked only about what may have drifted.
    let suspects: Vec<_> = drifted(&last, &forecast.live).into_iter().map(|(object, _)| object).collect();
    assert_eq!(suspects, std::slice::from_ref(&hub));
    forecast.restored = BTreeMap::from([(hub, served(&released[0], 7))]);
    let plan = helm_step("hub".parse().unwrap(), 1, forecast, &veil());
    let [map, deployment] = plan.objects() else { panic!("{plan:?}") };
    assert_eq!((map.change, map.drift.len()), (Change::New, 1), "deleted by hand");
    let fields: Vec<&str> = deployment.fields.iter().map(|field| field.path.as_str()).collect();
    assert_eq!(
        fields,
        ["spec.template.spec.containers[name=hub].image"],
        "the drift is no part of the change"
    );
    let drift = &deployment.drift[0];
    assert_eq!(
        (drift.path.as_str(), &drift.released, &drift.live, drift.ends),
        ("spec.replicas", &Some(json!(1)), &Some(json!(5)), true)
    );
}

#[test]
fn hooks_are_those_of_the_operation_and_unproven_objects_say_why() {
    let hook = |image: &str| {
        json!({"name": "h", "kind": "Job", "path": "t", "events": ["pre-install", "post-upgrade", "test"], "weight": 5,
            "manifest": format!("kind: Job\nmetadata: {{name: h}}\nspec: {{image: {image}}}\n")})
    };
    let object = config_map("a", "a", "1");
    let of = |revision, image: &str| {
        release(revision, chart("1"), std::slice::from_ref(&object), json!({}), json!([hook(image)]))
    };
    let (last, next, first) = (of(1, "a"), of(2, "b"), of(1, "a"));
    let Action::Helm(upgrade) =
        helm_step("hub".parse().unwrap(), 1, upgrade(&last, &next, &[], &[]), &veil()).action
    else {
        panic!()
    };
    assert_eq!(
        (upgrade.hooks[0].events.as_slice(), upgrade.hooks[0].change),
        (["post-upgrade".to_owned()].as_slice(), Change::Changed)
    );
    let mut forecast = crate::scene::upgrade(&first, &first, &[], std::slice::from_ref(&object));
    forecast.last = None;
    forecast.writes[0].how = How::Unproven("namespaces \"prod\" not found".into());
    let install = helm_step("hub".parse().unwrap(), 1, forecast, &veil());
    let Action::Helm(helm) = &install.action else { panic!() };
    assert_eq!(helm.hooks[0].events, ["pre-install"]);
    assert_eq!(helm.objects[0].change, Change::Unproven);
    assert_eq!(helm.objects[0].unproven.as_ref().unwrap().reason, "namespaces \"prod\" not found");
    assert!(!install.is_empty());
}

#[test]
fn a_changed_secret_shows_as_a_digest_and_without_a_key_as_no_more_than_changed() {
    let shown = |veil: &Veil| {
        let plan =
            plan(&[secret("hub", "k", "before-the-change")], &[secret("hub", "k", "after-the-change")], veil);
        let field = plan.objects()[0].fields[0].clone();
        (
            field.path,
            field.from.unwrap().as_str().unwrap().to_owned(),
            field.to.unwrap().as_str().unwrap().to_owned(),
        )
    };
    let (path, from, to) = shown(&veil());
    assert_eq!(path, "data.k");
    assert!(
        from.starts_with("(secret hmac:") && to.starts_with("(secret hmac:") && from != to,
        "{from} {to}"
    );
    let (_, from, to) = shown(&Veil::default());
    assert_eq!((from.as_str(), to.as_str()), ("(secret)", "(another secret)"));
}
