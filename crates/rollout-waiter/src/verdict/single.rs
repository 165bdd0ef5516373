//! Objects that stand alone: a Pod that nobody manages, a claim on storage.

use names::ObjectRef;

use super::judgement::{Finding, Progress, Standing, Verdict};
use super::look::Look;
use super::{pods, settle};
use crate::cause::Cause;
use crate::memory::Told;
use crate::model::{Claim, Pod, Template};

pub(super) fn pod(look: &Look<'_>, pod: &Pod) -> Standing {
    let one = |have| Progress { have, want: 1, what: "ready" };
    if pod.status.phase == "Succeeded" {
        return Standing::ready(one(1));
    }
    if pod.status.phase == "Failed" {
        // Nobody replaces it, so this is the end.
        let finding = pods::of_pod(look, pod).map(|opinion| opinion.finding);
        return Standing { verdict: Verdict::Failed, progress: one(0), finding, note: None };
    }
    if pod.is_ready() {
        let vouched = settle::is_vouched_for(&Template { spec: pod.spec.clone() }, 0);
        if vouched || settle::settled(look, std::iter::once(pod)) == 1 {
            return Standing::ready(one(1));
        }
        let standing = Standing::by(pods::of_pod(look, pod), one(1));
        return standing.noting("settling: no probe vouches for its containers");
    }
    Standing::by(pods::of_pod(look, pod), one(0))
}

pub(super) fn claim(look: &Look<'_>, object: &ObjectRef, claim: &Claim) -> Standing {
    let progress = |have| Progress { have, want: 1, what: "bound" };
    let told =
        |what| look.memory.told(&claim.metadata.uid, what).map(|(_, telling)| telling.message.clone()).next();
    let finding =
        |cause, evidence| Some(Finding { cause, guilty: object.clone(), container: None, evidence });
    match claim.status.phase.as_str() {
        "Bound" => Standing::ready(progress(1)),
        "Lost" => Standing {
            verdict: Verdict::Failed,
            progress: progress(0),
            finding: finding(Cause::ClaimLost, "status.phase: Lost".to_owned()),
            note: None,
        },
        _ => match (told(Told::AwaitsConsumer), told(Told::NoVolume)) {
            (Some(message), _) => Standing::ready(progress(0)).noting(message),
            (None, Some(message)) => {
                Standing { finding: finding(Cause::ClaimPending, message), ..Standing::waiting(progress(0)) }
            }
            (None, None) => Standing::waiting(progress(0)),
        },
    }
}
