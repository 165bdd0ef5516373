//! What a run would do, for a person: by member, whom it hits first, then pods, then objects.

use problem::Style;
use serde::Deserialize as _;

use super::line::short;
use super::plan_step::step;
use super::plan_view::Plan;
use crate::{Census, MemberLine, Timeline};

/// The plans of all members; members whose plans read the same are shown once, with their names.
///
/// Only a run that planned and did no more is shown so: after a deployment, what was done counts.
#[must_use]
pub fn plans(timeline: &Timeline, style: Style) -> String {
    if timeline.command != "plan" {
        return String::new();
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for member in &timeline.members {
        let Some(plan) = member.plan.as_ref().and_then(|plan| Plan::deserialize(plan.as_ref()).ok()) else {
            continue;
        };
        let common = body(&plan, Some(member));
        match groups.iter_mut().find(|group| group.common == common) {
            Some(group) => group.members.push(member),
            None => groups.push(Group {
                common,
                own: body(&plan, None),
                restarting: restarting(&plan),
                cuts: plan.steps.iter().flat_map(|step| &step.impacts).any(|it| it.code == "builds-cut"),
                hash: plan.hash,
                members: vec![member],
            }),
        }
    }
    let mut text = String::new();
    for group in &groups {
        text.push_str(&group.head());
        text.push_str(&paint(if group.members.len() > 1 { &group.common } else { &group.own }, style));
        text.push('\n');
    }
    text
}

/// Members whose plans read the same once their own names are taken out.
struct Group<'t> {
    common: String,
    own: String,
    restarting: Vec<String>,
    cuts: bool,
    hash: String,
    members: Vec<&'t MemberLine>,
}

impl Group<'_> {
    fn head(&self) -> String {
        let names: Vec<&str> = self.members.iter().map(|member| member.name.as_str()).collect();
        let mut text = match self.members.as_slice() {
            [_] => format!("{} (plan {})\n", names.join(""), short(&self.hash)),
            _ => format!("{} (the same plan but for their names)\n", names.join(", ")),
        };
        if self.restarting.is_empty() {
            return text;
        }
        text.push_str(&format!("  restarts {}\n", words(&self.restarting)));
        let now = self.members.iter().filter_map(|member| Some((member, member.census?)));
        for (member, census) in now {
            let whose = if self.members.len() > 1 { format!("{}: ", member.name) } else { String::new() };
            text.push_str(&format!("    {whose}{}\n", people(census, self.cuts)));
        }
        text
    }
}

/// What restarts, by what it is in its application: each once, in the order of the plan.
fn restarting(plan: &Plan) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for object in plan.steps.iter().flat_map(|step| &step.objects) {
        let Some(restart) = &object.restart else { continue };
        let name = restart.component.as_ref().unwrap_or(&object.name);
        if !found.contains(name) {
            found.push(name.clone());
        }
    }
    found
}

/// `hub`, `hub and proxy`, `binder, hub and proxy`.
fn words(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}

fn people(census: Census, cut: bool) -> String {
    let builds = if cut { "will be cut" } else { "go on" };
    format!(
        "{} keep running, {} {builds}",
        super::words::count(census.servers, "server"),
        super::words::count(census.builds, "build")
    )
}

/// The plan's text; without the names of its `member` where it is to be compared with another's.
fn body(plan: &Plan, member: Option<&MemberLine>) -> String {
    let text: String = plan.steps.iter().map(step).collect();
    let Some(member) = member else { return text };
    let mut text = replace_word(&text, member.name.as_str(), "{member}");
    for step in &plan.steps {
        text = replace_word(&text, &step.namespace, "{namespace}");
        text = replace_word(&text, &step.release, "{release}");
    }
    text
}

/// Replaces a name where no letter, digit or dash is beside it.
fn replace_word(text: &str, word: &str, with: &str) -> String {
    if word.is_empty() {
        return text.to_owned();
    }
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '{' | '}');
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        let is_word = !before.ends_with(joins) && !after.starts_with(joins);
        result.push_str(before);
        result.push_str(if is_word { with } else { word });
        rest = after;
    }
    result.push_str(rest);
    result
}

/// Colours the lines of diffs; the writer strips it where there is no terminal.
fn paint(text: &str, style: Style) -> String {
    if style == Style::Plain {
        return text.to_owned();
    }
    let colour = |line: &str| match line.trim_start().chars().next() {
        Some('+') => Some("\u{1b}[32m"),
        Some('-') => Some("\u{1b}[31m"),
        Some('~') => Some("\u{1b}[33m"),
        Some('!') => Some("\u{1b}[1;31m"),
        Some('@') => Some("\u{1b}[36m"),
        _ => None,
    };
    text.lines()
        .map(|line| match colour(line) {
            Some(colour) => format!("{colour}{line}\u{1b}[0m\n"),
            None => format!("{line}\n"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_names_are_replaced() {
        let text = "Deployment/ovh/binder ovh-2 of ovh: x-ovh ovh";
        assert_eq!(
            replace_word(text, "ovh", "{member}"),
            "Deployment/{member}/binder ovh-2 of {member}: x-ovh {member}"
        );
    }
}
