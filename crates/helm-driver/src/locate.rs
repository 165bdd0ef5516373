//! The file and line of the chart or the values that a failure is about, where Helm does not say it.

use camino::{Utf8Path, Utf8PathBuf};
use helm_release::{ManifestObject, Release};
use names::ObjectRef;
use problem::Place;

use crate::chart::Chart;
use crate::relay::{Observed, Write};
use crate::template::Template;
use crate::{Class, Failure, Helm, Upgrade, Values, place};

/// Finds the place of a failure of an upgrade; none where it lies in no file.
pub(crate) async fn locate(
    helm: &Helm,
    upgrade: &Upgrade,
    observed: &Observed,
    failure: &Failure,
) -> Option<Place> {
    match failure.class {
        Class::Schema => in_values(&upgrade.values, &failure.message).await,
        Class::Dependency | Class::Repository => in_chart_yaml(&upgrade.chart, &failure.message),
        Class::Template | Class::RenderedYaml | Class::Chart | Class::Unknown => {
            place::in_message(&failure.message, &upgrade.chart)
        }
        Class::NoSuchKind
        | Class::Ownership
        | Class::Immutable
        | Class::Invalid
        | Class::Conflict
        | Class::Admission
        | Class::WebhookDown
        | Class::Quota
        | Class::Hook
        | Class::NotReady
        | Class::Forbidden => in_templates(helm, upgrade, observed, failure).await,
        _ => None,
    }
}

/// A schema's complaint names the value: `- at '/hub/image/tag': got number, want string`, below the name
/// of its chart.
async fn in_values(values: &[Values], message: &str) -> Option<Place> {
    let mut chart = "";
    for line in message.lines().map(str::trim) {
        let Some(rest) = line.strip_prefix("- at '") else {
            chart = line.strip_suffix(':').unwrap_or(chart);
            continue;
        };
        let (path, _) = rest.split_once('\'')?;
        let steps: Vec<String> =
            path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
        let below: Vec<String> = std::iter::once(chart.to_owned()).chain(steps.clone()).collect();
        if steps.is_empty() {
            continue;
        }
        for values in values.iter().rev() {
            // A chart inside the chart finds its values below its name.
            for steps in [&steps, &below] {
                if let Some(place) = values.place_of(steps).await {
                    return Some(place);
                }
            }
        }
    }
    None
}

/// The line of `Chart.yaml` that names the dependency which the message quotes.
fn in_chart_yaml(chart: &Chart, message: &str) -> Option<Place> {
    let directory = chart.directory()?;
    let file = directory.join("Chart.yaml");
    let text = std::fs::read_to_string(&file).ok()?;
    let (_, list) = text.split_once("dependencies:")?;
    let mut offset = text.len() - list.len();
    for line in list.split_inclusive('\n') {
        let name = line.split_once("name:").and_then(|(_, rest)| rest.split([',', '}', '#']).next());
        let name = name.map(|name| name.trim().trim_matches(['"', '\''])).filter(|name| !name.is_empty());
        if let Some(name) = name.filter(|name| quotes(message, name)) {
            let at = offset + line.find(name).unwrap_or_default();
            return Some(Place::in_text(file, &text, at, name.len()));
        }
        offset += line.len();
    }
    None
}

/// Whether a message has the word, with nothing beside it that could be part of a longer one.
fn quotes(message: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    message.split(|c| !part(c)).any(|found| found == word)
}

/// The template of the object that the cluster said no to.
async fn in_templates(
    helm: &Helm,
    upgrade: &Upgrade,
    observed: &Observed,
    failure: &Failure,
) -> Option<Place> {
    let object = refused(observed, failure)?;
    let recorded = observed.newest().and_then(|release| of_release(release, &object));
    let template = match recorded {
        Some(template) => template,
        // Helm had not got as far as a record: then nothing but rendering tells.
        None => of_objects(&rendered(helm, upgrade).await?, &object)?,
    };
    let Some(directory) = upgrade.chart.directory() else { return Some(Place::new(template, 0, 0)) };
    let inside = template.split_once('/').map_or(template.as_str(), |(_, inside)| inside);
    let file = directory.join(inside);
    Some(in_template(&file, &object).unwrap_or_else(|| Place::new(file, 0, 0)))
}

/// What a failure is about: the last object that could not be written, else the one that Helm names.
fn refused(observed: &Observed, failure: &Failure) -> Option<ObjectRef> {
    let told = |write: &&Write| write.refusal.is_some() && write.refusal == failure.api;
    let last = observed.writes.iter().rev().find(told);
    if let Some(write) = last.or_else(|| observed.writes.iter().rev().find(|write| write.code >= 400)) {
        return Some(write.object.clone());
    }
    if failure.class == Class::Hook || failure.class == Class::NotReady {
        return failure.left.last.clone();
    }
    named(&failure.message)
}

/// `ConfigMap "a" in namespace "b" exists`, or `... name: "a" ...: no matches for kind "B"`.
fn named(message: &str) -> Option<ObjectRef> {
    let quoted = |after: &str| {
        let (_, rest) = message.split_once(after)?;
        rest.split_once('"').map(|(word, _)| word.to_owned())
    };
    if let Some(kind) = quoted("no matches for kind \"") {
        return Some(ObjectRef { kind, namespace: None, name: quoted("name: \"")? });
    }
    let (before, rest) = message.split_once("\" in namespace \"")?;
    let (head, name) = before.rsplit_once(" \"")?;
    let kind = head.rsplit(|c: char| !c.is_ascii_alphanumeric()).next()?;
    let namespace = rest.split_once('"').and_then(|(namespace, _)| namespace.parse().ok());
    Some(ObjectRef { kind: kind.to_owned(), namespace, name: name.to_owned() })
}

fn of_release(release: &Release, object: &ObjectRef) -> Option<String> {
    let hook = release.hooks().iter().find(|hook| hook.kind == object.kind && hook.name == object.name);
    hook.map(|hook| hook.path.clone()).or_else(|| of_objects(&release.objects(), object))
}

fn of_objects(objects: &[ManifestObject], object: &ObjectRef) -> Option<String> {
    let same = |found: &&ManifestObject| found.object.kind == object.kind && found.object.name == object.name;
    objects.iter().find(same).and_then(|found| found.template.clone())
}

async fn rendered(helm: &Helm, upgrade: &Upgrade) -> Option<Vec<ManifestObject>> {
    let template = Template {
        release: upgrade.release.clone(),
        namespace: upgrade.namespace.clone(),
        chart: upgrade.chart.clone(),
        values: upgrade.values.clone(),
        kube_version: None,
        api_versions: Vec::new(),
        timeout: upgrade.timeout,
    };
    helm.template(template).await.ok().map(|rendered| rendered.objects())
}

/// The only line of a template that says the object's kind.
fn in_template(file: &Utf8Path, object: &ObjectRef) -> Option<Place> {
    let text = std::fs::read_to_string(file).ok()?;
    let said = format!("kind: {}", object.kind);
    let mut lines = text.lines().enumerate().filter(|(_, line)| {
        line.split_once(&said).is_some_and(|(_, rest)| !rest.starts_with(|c: char| c.is_alphanumeric()))
    });
    let (number, line) = lines.next()?;
    let column = line.find(&said)? + 1;
    let file: Utf8PathBuf = file.to_owned();
    lines.next().is_none().then(|| Place::new(file, number + 1, column).with_source(line, said.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_schemas_complaint_is_found_in_the_values_that_win() {
        let values = [
            Values::inline("a.yaml", b"color: 5\nchild:\n  size: large\n").unwrap(),
            Values::sealed("b.yaml", b"other: 1\n\ncolor: 6\n").unwrap(),
        ];
        let message = "values don't meet the specifications of the schema(s) in the following chart(s):\nschema:\n- at '/color': got number, want string\n";
        let found = in_values(&values, message).await.unwrap();
        assert_eq!((found.to_string().as_str(), found.source), ("b.yaml:3:1", None));
        let found = in_values(&values, "child:\n- at '/size': got string, want integer").await.unwrap();
        assert_eq!(
            (found.to_string().as_str(), found.source.as_deref()),
            ("a.yaml:3:3", Some("  size: large"))
        );
        assert_eq!(in_values(&values, "x:\n- at '': missing property 'host'").await, None);
    }

    #[test]
    fn the_object_is_read_from_both_majors_words() {
        let cases = [
            (
                "resource mapping not found for name: \"x\" namespace: \"\" from \"\": no matches for kind \"Nothing\" in version \"a/v1\"",
                "Nothing/x",
            ),
            (
                "Unable to continue with install: ConfigMap \"owned-a\" in namespace \"prod\" exists and cannot be imported",
                "ConfigMap/prod/owned-a",
            ),
        ];
        for (message, object) in cases {
            assert_eq!(named(message).unwrap().to_string(), object);
        }
        assert!(named("something else \"x\"").is_none());
    }

    #[test]
    fn a_dependency_is_found_in_chart_yaml() {
        let directory = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(directory.path()).unwrap();
        let text = "name: child-of\ndependencies:\n- name: child-crds\n- version: 1.0.0\n  name: child\n";
        std::fs::write(root.join("Chart.yaml"), text).unwrap();
        let chart = Chart::Directory(root.to_owned());
        let place = in_chart_yaml(
            &chart,
            "can't get a valid version for 1 subchart(s): \"child\" (repository \"x\")",
        );
        assert_eq!(place.unwrap().to_string(), format!("{root}/Chart.yaml:5:9"));
        assert!(in_chart_yaml(&chart, "nothing of it").is_none());
    }
}
