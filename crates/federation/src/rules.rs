//! The rules that no table can judge alone.

use crate::desk::Desk;
use crate::model::{Member, Wave};
use crate::{Error, Secrets};

/// The words that `deploy` reads as a command where a target could stand, and the target `all`.
///
/// `deploy staging` is short for `deploy up staging`, so no member and no wave can be named like one.
pub const RESERVED: &[&str] = &[
    "all",
    "approve",
    "attach",
    "bundle",
    "completions",
    "diagnose",
    "doctor",
    "exec",
    "freeze",
    "help",
    "history",
    "images",
    "init",
    "maintenance",
    "matrix",
    "plan",
    "policy",
    "promote",
    "recover",
    "replay",
    "report",
    "revert",
    "rollback",
    "run",
    "secrets",
    "status",
    "thaw",
    "up",
    "verify",
    "wait",
];

pub(crate) fn judge(desk: &Desk<'_>, members: &[Member], waves: &[Wave], secrets: &Secrets) {
    // A step with a mistake is left out of its member, and so would be missed a second time.
    let whole = desk.is_clean();
    reserved_names(desk, members, waves);
    role(desk, members, "reference", |member| member.reference);
    role(desk, members, "redirector", |member| member.redirector);
    for member in members {
        step_names(desk, member);
        if whole {
            judged_release(desk, member);
        }
    }
    shared_releases(desk, members);
    vault(desk, secrets);
}

fn reserved_names(desk: &Desk<'_>, members: &[Member], waves: &[Wave]) {
    let members_named = members.iter().map(|member| ("a member", member.name.as_str(), &member.place));
    let waves_named = waves.iter().map(|wave| ("a wave", wave.name.as_str(), &wave.place));
    for (what, name, place) in members_named.chain(waves_named) {
        if RESERVED.contains(&name) {
            let taken = match name {
                "all" => "every member".to_owned(),
                _ => format!("the command `deploy {name}`"),
            };
            desk.report(Error::ReservedName {
                place: Box::new(place.clone()),
                what,
                name: name.to_owned(),
                taken,
            });
        }
    }
    for member in members {
        let name = member.name.as_str();
        let of_wave: Vec<&Member> = members.iter().filter(|other| other.wave.as_str() == name).collect();
        let alone = matches!(of_wave.as_slice(), [only] if only.name == member.name);
        // A wave of one member that has its name is no ambiguity: both mean the same.
        if waves.iter().any(|wave| wave.name.as_str() == name) && !alone {
            let (place, taken) = (Box::new(member.place.clone()), "a wave with other members".to_owned());
            desk.report(Error::ReservedName { place, what: "a member", name: name.to_owned(), taken });
        }
    }
}

fn role(desk: &Desk<'_>, members: &[Member], role: &'static str, has: impl Fn(&Member) -> bool) {
    let mut with_role = members.iter().filter(|member| has(member));
    let Some(first) = with_role.next() else { return };
    for second in with_role {
        let (place, first) = (Box::new(second.place.clone()), first.name.to_string());
        desk.report(Error::SecondRole { place, role, first });
    }
}

fn step_names(desk: &Desk<'_>, member: &Member) {
    for (at, step) in member.steps.iter().enumerate() {
        if let Some(first) = member.steps.iter().take(at).find(|other| other.name == step.name) {
            let (place, first) = (Box::new(step.place.clone()), Box::new(first.place.clone()));
            desk.report(Error::DuplicateName { place, what: "step", name: step.name.to_string(), first });
        }
    }
}

fn judged_release(desk: &Desk<'_>, member: &Member) {
    let judged: Vec<_> = member.releases().filter(|(_, helm)| helm.verify).collect();
    let place = match judged.as_slice() {
        [_] => return,
        [] => member.releases().last().map(|(step, _)| &step.place),
        [_, (second, _), ..] => Some(&second.place),
    };
    let place = Box::new(place.unwrap_or(&member.place).clone());
    let (member, count) = (member.name.to_string(), judged.len());
    desk.report(Error::VerifiedReleases { place, member, count });
}

/// Two members that write one release would each undo what the other deployed.
fn shared_releases(desk: &Desk<'_>, members: &[Member]) {
    for (at, member) in members.iter().enumerate() {
        for other in members.iter().take(at).filter(|other| same_cluster(other, member)) {
            let shared = |(_, mine): &(_, &crate::Helm)| {
                let same =
                    |helm: &crate::Helm| (&helm.release, &helm.namespace) == (&mine.release, &mine.namespace);
                other.releases().any(|(_, helm)| same(helm))
            };
            if let Some((_, helm)) = member.releases().find(shared) {
                desk.report(Error::SharedRelease {
                    place: Box::new(member.place.clone()),
                    member: member.name.to_string(),
                    other: other.name.to_string(),
                    release: helm.release.to_string(),
                    namespace: helm.namespace.to_string(),
                });
            }
        }
    }
}

fn same_cluster(one: &Member, other: &Member) -> bool {
    let kubeconfig = |member: &Member| member.kubeconfig.as_ref().map(|file| file.file.clone());
    (kubeconfig(one), &one.auth) == (kubeconfig(other), &other.auth)
}

fn vault(desk: &Desk<'_>, secrets: &Secrets) {
    if secrets.git_crypt || secrets.age_recipients.is_some() {
        return;
    }
    if let Some(sealed) = desk.first_sealed() {
        desk.refuse(sealed, |place| Error::NoVault { place });
    }
}
