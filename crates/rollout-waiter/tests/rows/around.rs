//! Rows about what leads to the pods or asks others for something.

use rollout_waiter::{Cause, Policy, Verdict};
use serde_json::{Value, json};

use crate::world::{World, deployment, with};

fn service(kind: &str, part: Value) -> Value {
    let service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "proxy-public", "namespace": "ns", "uid": "svc"},
        "spec": {"type": kind}, "status": {"loadBalancer": {}},
    });
    with(service, part)
}

fn custom(api_version: &str, kind: &str, status: Value) -> Value {
    json!({
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": "it", "namespace": "ns", "uid": "cr", "generation": 2},
        "status": status,
    })
}

fn condition(kind: &str, status: &str, reason: &str) -> Value {
    json!([{"type": kind, "status": status, "reason": reason, "message": format!("{reason}, it says")}])
}

const CERTIFICATE: &str = "cert-manager.io/v1";
const EXTERNAL_SECRET: &str = "external-secrets.io/v1";

fn certificate(status: Value) -> Value {
    custom(CERTIFICATE, "Certificate", status)
}

fn not_ready() -> Value {
    custom(
        EXTERNAL_SECRET,
        "ExternalSecret",
        json!({"conditions": condition("Ready", "False", "SecretSyncedError")}),
    )
}

rows! {
    row_64_a_load_balancer_that_does_not_come_is_a_note {
        let mut public = World::waiting_for("Service", "proxy-public");
        public.see(service("LoadBalancer", json!({}))).is_for(Verdict::InProgress, Cause::LoadBalancerPending);
        public.wait(29).is(Verdict::InProgress);
        public.wait(1).is_for(Verdict::Advisory, Cause::LoadBalancerPending);
        public.see(service("LoadBalancer", json!({"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}})));
        public.is(Verdict::Ready);
        public.see(service("LoadBalancer", json!({"spec": {"externalIPs": ["192.0.2.2"]}}))).is(Verdict::Ready);
        public.see(service("ClusterIP", json!({}))).is(Verdict::Ready);
    }

    row_65_an_ingress_without_an_address_is_ready {
        let mut hub = World::waiting_for("Ingress", "hub");
        hub.see(json!({"kind": "Ingress", "metadata": {"name": "hub", "namespace": "ns", "uid": "i"}, "status": {"loadBalancer": {}}}));
        hub.is(Verdict::Ready);
    }

    row_66_a_certificate_fails_only_when_its_issuer_refuses {
        let mut tls = World::waiting_for_custom(CERTIFICATE, "Certificate", "it");
        for reason in ["Issuing", "DoesNotExist"] {
            tls.see(certificate(json!({"conditions": condition("Ready", "False", reason)})));
            tls.wait(300).is_for(Verdict::InProgress, Cause::NotReady);
        }
        let refused = json!({"conditions": condition("Ready", "False", "DoesNotExist"), "failedIssuanceAttempts": 1});
        let judgement = tls.see(certificate(refused)).is_for(Verdict::Failed, Cause::CertificateRefused);
        assert_eq!(judgement.finding.unwrap().evidence, "DoesNotExist: DoesNotExist, it says (1 failed attempts)");
        tls.see(certificate(json!({"conditions": condition("Ready", "True", "Ready")}))).is(Verdict::Ready);

        let mut order = World::waiting_for_custom("acme.cert-manager.io/v1", "Order", "it");
        let invalid = json!({"state": "invalid", "reason": "no A record"});
        order.see(custom("acme.cert-manager.io/v1", "Order", invalid)).is_for(Verdict::Failed, Cause::CertificateRefused);
    }

    row_67_a_definition_whose_names_are_taken_fails {
        let definition = |conditions| json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": "certificates.cert-manager.io", "uid": "crd"}, "status": {"conditions": conditions},
        });
        let kind = "CustomResourceDefinition";
        let mut crd = World::waiting_for_custom("apiextensions.k8s.io/v1", kind, "certificates.cert-manager.io");
        crd.see(definition(json!([]))).is(Verdict::InProgress);
        crd.see(definition(condition("Established", "True", "InitialNamesAccepted"))).is(Verdict::Ready);
        let taken = definition(condition("NamesAccepted", "False", "PluralConflict"));
        crd.see(taken).is_for(Verdict::Failed, Cause::NamesNotAccepted);
    }

    row_68_a_generation_in_quotes_is_the_number {
        let blocking = Policy { blocking: ["Rollout.argoproj.io".to_owned()].into(), ..Policy::default() };
        let mut rollout = World::waiting_for_custom("argoproj.io/v1alpha1", "Rollout", "it").under(blocking);
        let ready = |seen: Value| {
            custom("argoproj.io/v1alpha1", "Rollout", json!({"observedGeneration": seen, "conditions": condition("Ready", "True", "Ok")}))
        };
        rollout.see(ready(json!("1"))).is(Verdict::InProgress);
        rollout.see(ready(json!("2"))).is(Verdict::Ready);
        rollout.see(ready(json!(2))).is(Verdict::Ready);
    }

    row_69_what_is_not_ready_by_design_is_a_note_unless_declared_blocking {
        let world = || World::waiting_for_custom(EXTERNAL_SECRET, "ExternalSecret", "it");
        world().see(not_ready()).is_for(Verdict::Advisory, Cause::NotReady);
        let declared = with(not_ready(), json!({"metadata": {"annotations": {"deploy.jupyterhub.org/rollout": "blocking"}}}));
        world().see(declared).is_for(Verdict::InProgress, Cause::NotReady);
        let policy = Policy { blocking: ["ExternalSecret.external-secrets.io".to_owned()].into(), ..Policy::default() };
        world().under(policy).see(not_ready()).is_for(Verdict::InProgress, Cause::NotReady);
    }
}

#[test]
fn any_object_can_be_declared_advisory() {
    let mut web = World::waiting_for("Deployment", "web");
    web.see(deployment(1, 1, 1, [1, 1, 0, 0])).is(Verdict::InProgress);
    let advisory = json!({"metadata": {"annotations": {"deploy.jupyterhub.org/rollout": "advisory"}}});
    web.see(with(deployment(1, 1, 1, [1, 1, 0, 0]), advisory)).is(Verdict::Advisory);
}

#[test]
fn an_autoscaler_without_metrics_is_a_note() {
    let mut hpa = World::waiting_for("HorizontalPodAutoscaler", "it");
    let told = |status| {
        with(
            custom("autoscaling/v2", "HorizontalPodAutoscaler", json!({})),
            json!({"status": {"conditions": condition("ScalingActive", status, "FailedGetResourceMetric")}}),
        )
    };
    hpa.see(told("False")).is_for(Verdict::Advisory, Cause::ControllerError);
    hpa.see(told("True")).is(Verdict::Ready);
}

#[test]
fn a_stalled_resource_that_blocks_fails() {
    let policy =
        Policy { blocking: ["HelmRelease.helm.toolkit.fluxcd.io".to_owned()].into(), ..Policy::default() };
    let api_version = "helm.toolkit.fluxcd.io/v2";
    let mut release = World::waiting_for_custom(api_version, "HelmRelease", "it").under(policy);
    let told =
        |kind| custom(api_version, "HelmRelease", json!({"conditions": condition(kind, "True", "Because")}));
    release.see(told("Reconciling")).is_for(Verdict::InProgress, Cause::NotReady);
    release.see(told("Stalled")).is_for(Verdict::Failed, Cause::NotReady);
    release.see(told("Ready")).is(Verdict::Ready);
}
