//! What must be done first, where something cannot be proven yet.

use crate::{StepPlan, Unproven};

/// Names, at everything unproven, the earlier step of the member that brings what it lacks.
pub fn link(steps: &mut [StepPlan]) {
    let brought: Vec<(usize, String, String)> = steps
        .iter()
        .flat_map(|step| step.objects().iter().map(move |it| (step.number, &it.object)))
        .map(|(number, object)| (number, object.kind.clone(), object.name.clone()))
        .collect();
    let definition = |before: usize, group: &str| {
        let defines = |(number, kind, name): &&(usize, String, String)| {
            *number < before && kind == "CustomResourceDefinition" && name.ends_with(&format!(".{group}"))
        };
        brought.iter().find(defines).map(|(number, ..)| *number)
    };
    let namespace = |before: usize, wanted: &str| {
        let makes = |(number, kind, name): &&(usize, String, String)| {
            *number < before && kind == "Namespace" && name == wanted
        };
        brought.iter().find(makes).map(|(number, ..)| *number)
    };
    for step in steps.iter_mut() {
        let number = step.number;
        if let Some(Unproven { reason, needs }) = &mut step.unproven {
            *needs = needs.or_else(|| definition(number, group_in(reason)?));
        }
        let objects = match &mut step.action {
            crate::Action::Helm(helm) => &mut helm.objects,
            crate::Action::Apply(apply) => &mut apply.objects,
            crate::Action::Run(_) => continue,
        };
        for object in objects {
            let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
            let home = object.object.namespace.as_ref().map(names::Namespace::as_str);
            if let Some(unproven) = &mut object.unproven {
                let found = definition(number, group).or_else(|| namespace(number, home?));
                unproven.needs = unproven.needs.or(found);
            }
        }
    }
}

/// The group in Helm's `no matches for kind "Certificate" in version "cert-manager.io/v1"`.
fn group_in(reason: &str) -> Option<&str> {
    let (_, rest) = reason.split_once("in version \"")?;
    rest.split_once('/').map(|(group, _)| group)
}
