//! What leads to the pods or asks others for something: Services, CRDs, custom resources.

use names::ObjectRef;

use super::judgement::{Finding, Progress, Standing, Verdict};
use super::look::Look;
use crate::cause::Cause;
use crate::memory::Sign;
use crate::model::{Condition, Kind, Resource, Service};

/// The group whose certificates a rollout waits for.
const CERTIFICATES: &str = "cert-manager.io";

/// Conditions by which a resource says that it will not get ready by itself.
const STALLED: [&str; 2] = ["Stalled", "Failed"];

/// A load balancer that does not come is a note: many clusters have none.
pub(super) fn service(look: &Look<'_>, object: &ObjectRef, service: &Service) -> Standing {
    let progress = |have| Progress { have, want: 1, what: "reachable" };
    if !service.awaits_address() {
        return Standing::ready(progress(1));
    }
    let seen = look.memory.since(&service.metadata.uid, &Sign::NoAddress);
    let since = seen.into_iter().chain(service.metadata.creation_timestamp).min();
    let late = look.passed_since(since, look.policy.load_balancer_grace);
    let finding = Finding {
        cause: Cause::LoadBalancerPending,
        guilty: object.clone(),
        container: None,
        evidence: "status.loadBalancer.ingress is empty".to_owned(),
    };
    let verdict = if late { Verdict::Advisory } else { Verdict::InProgress };
    Standing { verdict, finding: Some(finding), ..Standing::waiting(progress(0)) }
}

/// An object that reports by generations and conditions.
pub(super) fn resource(look: &Look<'_>, object: &ObjectRef, resource: &Resource) -> Standing {
    match resource.known {
        Some(Kind::CustomResourceDefinition) => definition(object, resource),
        Some(Kind::HorizontalPodAutoscaler) => autoscaler(object, resource),
        Some(Kind::Ingress | Kind::PodDisruptionBudget) => Standing::ready(there(1)),
        _ if resource.group().ends_with(CERTIFICATES) => certificate(look, object, resource),
        _ => custom(look, object, resource),
    }
}

fn there(have: i64) -> Progress {
    Progress { have, want: 1, what: "ready" }
}

fn finding(cause: Cause, object: &ObjectRef, condition: &Condition) -> Finding {
    let evidence = match condition.message.as_str() {
        "" => format!("{}={}: {}", condition.kind, condition.status, condition.reason),
        message => format!("{}: {message}", condition.reason),
    };
    Finding { cause, guilty: object.clone(), container: None, evidence }
}

fn failed(finding: Finding) -> Standing {
    Standing { verdict: Verdict::Failed, finding: Some(finding), ..Standing::waiting(there(0)) }
}

fn waiting_for(finding: Finding) -> Standing {
    Standing { finding: Some(finding), ..Standing::waiting(there(0)) }
}

fn definition(object: &ObjectRef, resource: &Resource) -> Standing {
    let conditions = &resource.status.conditions;
    if let Some(names) = Condition::named(conditions, "NamesAccepted").filter(|it| it.status == "False") {
        return failed(finding(Cause::NamesNotAccepted, object, names));
    }
    if Condition::holding(conditions, "Established").is_some() {
        return Standing::ready(there(1));
    }
    Standing::waiting(there(0))
}

/// Metrics come and go, and a rollout does not need them.
fn autoscaler(object: &ObjectRef, resource: &Resource) -> Standing {
    let conditions = &resource.status.conditions;
    let told = ["AbleToScale", "ScalingActive"]
        .into_iter()
        .filter_map(|kind| Condition::named(conditions, kind))
        .find(|it| it.status == "False" && it.reason != "ScalingDisabled");
    match told {
        Some(condition) => Standing {
            verdict: Verdict::Advisory,
            ..waiting_for(finding(Cause::ControllerError, object, condition))
        },
        None => Standing::ready(there(1)),
    }
}

/// A certificate that is being issued is waited for; only a refusal fails.
fn certificate(look: &Look<'_>, object: &ObjectRef, resource: &Resource) -> Standing {
    let status = &resource.status;
    if status.state == "invalid" || status.state == "errored" {
        let evidence = format!("state {}: {}", status.state, status.reason);
        return failed(Finding {
            cause: Cause::CertificateRefused,
            guilty: object.clone(),
            container: None,
            evidence,
        });
    }
    if is_unseen(resource) {
        return Standing::waiting(there(0)).noting("the controller has not seen the change yet");
    }
    let ready = Condition::named(&status.conditions, "Ready");
    match ready {
        Some(ready) if ready.status == "True" => Standing::ready(there(1)),
        // An order that has not been decided; its certificate is what is waited for.
        None if resource.kind != "Certificate" => custom(look, object, resource),
        _ if status.failed_issuance_attempts > 0 => {
            let told = Condition::named(&status.conditions, "Issuing").or(ready);
            let mut found = told.map(|it| finding(Cause::CertificateRefused, object, it));
            if let Some(found) = &mut found {
                found.evidence.push_str(&format!(" ({} failed attempts)", status.failed_issuance_attempts));
            }
            found.map_or_else(|| Standing::waiting(there(0)), failed)
        }
        Some(ready) => waiting_for(finding(Cause::NotReady, object, ready)),
        None => Standing::waiting(there(0)),
    }
}

/// Whatever a resource asserts, it is a note unless somebody declared that it blocks: some are not
/// ready by design.
fn custom(look: &Look<'_>, object: &ObjectRef, resource: &Resource) -> Standing {
    let standing = by_conditions(object, resource);
    let blocks = look.policy.blocking.contains(&format!("{}.{}", resource.kind, resource.group()));
    match standing.verdict {
        Verdict::Ready => standing,
        _ if blocks || super::declared(&resource.metadata) == Some(super::Declared::Blocking) => standing,
        _ => Standing { verdict: Verdict::Advisory, ..standing },
    }
}

fn by_conditions(object: &ObjectRef, resource: &Resource) -> Standing {
    if is_unseen(resource) {
        return Standing::waiting(there(0)).noting("the controller has not seen the change yet");
    }
    let conditions = &resource.status.conditions;
    if let Some(stalled) = STALLED.iter().find_map(|kind| Condition::holding(conditions, kind)) {
        return failed(finding(Cause::NotReady, object, stalled));
    }
    if let Some(busy) = Condition::holding(conditions, "Reconciling") {
        return waiting_for(finding(Cause::NotReady, object, busy));
    }
    let ready = ["Ready", "Available"].into_iter().find_map(|kind| Condition::named(conditions, kind));
    match ready {
        Some(ready) if ready.status != "True" => waiting_for(finding(Cause::NotReady, object, ready)),
        _ => Standing::ready(there(1)),
    }
}

/// Whether its controller reports generations, and an older one.
fn is_unseen(resource: &Resource) -> bool {
    resource.status.observed_generation.is_some_and(|seen| seen < resource.metadata.generation)
}
