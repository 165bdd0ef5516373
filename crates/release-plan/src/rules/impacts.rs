//! Whom a release's change hits.

use helm_release::Release;

use super::Considered;
use super::charts::{hub_image, image_prefix, version};
use super::restarts::component;
use crate::normal::normal;
use crate::veil::{Veil, secret_data};
use crate::{Change, Code, Impact};

/// Every consequence, the ones that hit most people first.
pub(crate) fn impacts(
    all: &[Considered],
    last: Option<&Release>,
    next: &Release,
    veil: &Veil,
) -> Vec<Impact> {
    let mut found = Vec::new();
    secrets(all, &mut found);
    if let Some(last) = last {
        let change = |old: Option<&str>, new: Option<&str>| (old != new).then(|| arrow(old, new));
        if let Some(change) = change(image_prefix(last), image_prefix(next)) {
            let text = format!("the build cache is lost: image prefix {}", veil.text(&change));
            found.push(Impact { code: Code::BuildCacheLost, text });
        }
        found.extend(jupyterhub(last, next));
    }
    data(all, &mut found);
    restarts(all, &mut found);
    found.sort();
    found.dedup();
    found
}

fn arrow(old: Option<&str>, new: Option<&str>) -> String {
    format!("{} -> {}", old.unwrap_or("none"), new.unwrap_or("none"))
}

/// Keys of Secrets that all logins rest on, lower case and without what separates words.
const LOGINS: [(&str, Code, &str); 5] = [
    ("cookiesecret", Code::LoggedOut, "everybody is logged out: the hub's cookie secret changes"),
    ("proxytoken", Code::LoggedOut, "everybody is logged out: the proxy's token changes"),
    ("configproxyauthtoken", Code::LoggedOut, "everybody is logged out: the proxy's token changes"),
    ("configurablehttpproxyauthtoken", Code::LoggedOut, "everybody is logged out: the proxy's token changes"),
    ("cryptke", Code::AuthStateLost, "what the hub keeps of logins cannot be read any more: its key changes"),
];

fn secrets(all: &[Considered], found: &mut Vec<Impact>) {
    let changed = |it: &&Considered| {
        it.plan.object.kind == "Secret" && matches!(it.plan.change, Change::Changed | Change::Recreated)
    };
    for it in all.iter().filter(changed) {
        let (Some(live), Some(after)) = (&it.live, &it.after) else { continue };
        let (old, new) = (secret_data(live), secret_data(after));
        for (key, value) in &old {
            if new.get(key) == Some(value) {
                continue;
            }
            let bare: String =
                key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
            let hit = LOGINS.iter().find(|(word, ..)| bare.contains(word));
            found.extend(hit.map(|(_, code, text)| Impact { code: *code, text: (*text).to_owned() }));
        }
    }
}

/// JupyterHub's version is seldom what an operator edits: it comes with BinderHub's.
fn jupyterhub(last: &Release, next: &Release) -> Option<Impact> {
    let of = |release: &Release| version(release, "jupyterhub").or_else(|| hub_image(release));
    let (old, new) = (of(last)?, of(next)?);
    if old == new {
        return None;
    }
    let (outer_old, outer_new) = (version(last, "binderhub"), version(next, "binderhub"));
    let inside = match (outer_old, outer_new) {
        (Some(outer_old), Some(outer_new)) if outer_old != outer_new => {
            format!(", inside BinderHub {outer_old} -> {outer_new}")
        }
        _ => String::new(),
    };
    let text = format!(
        "JupyterHub {old} -> {new}{inside}: the hub may change its database when it starts, and an older hub cannot read it then"
    );
    Some(Impact { code: Code::JupyterhubVersion, text })
}

fn data(all: &[Considered], found: &mut Vec<Impact>) {
    const KEEPERS: [&str; 4] =
        ["PersistentVolumeClaim", "PersistentVolume", "Namespace", "CustomResourceDefinition"];
    for it in all {
        let goes = matches!(it.plan.change, Change::Deleted | Change::Recreated);
        if goes && KEEPERS.contains(&it.plan.object.kind.as_str()) {
            let text = format!("{} is deleted with everything in it", it.plan.object);
            found.push(Impact { code: Code::DataDeleted, text });
        }
    }
}

/// Components whose end cuts builds: BinderHub itself, and what builds on each node.
const BUILDERS: [&str; 4] = ["binder", "dind", "pink", "image-builder"];

fn restarts(all: &[Considered], found: &mut Vec<Impact>) {
    let mut hit = |code, text: &str| found.push(Impact { code, text: text.to_owned() });
    for it in all {
        let ends = it.plan.restart.as_ref().is_some_and(|restart| restart.strategy != "OnDelete")
            || (it.plan.change == Change::Deleted && it.plan.restart.is_none());
        let what = it.after.as_ref().or(it.live.as_ref()).map(normal).as_ref().and_then(component);
        let is_workload = matches!(it.plan.object.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet");
        match what.as_deref() {
            Some("hub") if ends && is_workload => {
                hit(Code::HubRestarts, "for a moment nobody can log in or start a server: the hub restarts");
            }
            Some("proxy") if ends && is_workload => {
                hit(Code::ConnectionsCut, "open connections break and come back: the proxy restarts");
            }
            Some(builder) if ends && is_workload && BUILDERS.contains(&builder) => {
                hit(Code::BuildsCut, &format!("builds that are under way are cut: {builder} restarts"));
            }
            _ => {}
        }
    }
}
