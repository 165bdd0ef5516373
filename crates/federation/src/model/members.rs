//! From `members` and `defaults` to resolved members.

use std::str::FromStr;

use names::{MemberName, Namespace, WaveName};

use super::check::{Check, Checks};
use super::file::file;
use super::member::{Auth, Gke, Member, Urls};
use super::step::{Step, steps};
use crate::item::{Item, name};
use crate::near::nearest;
use crate::placeholder::Scope;
use crate::reader::Reader;
use crate::tree::{Node, Value, Word};
use crate::{Error, keys};

/// The names for which the defaults are read once more, so that nobody's defaults are judged too.
const STAND_IN: Scope<'static> = Scope::Member { member: "member", wave: "wave" };

pub(crate) fn members(root: &Reader<'_>, checks: &Checks) -> Vec<Member> {
    let defaults = root.get("defaults");
    let waves = wave_names(root);
    let entries = root.get("members").and_then(Item::named).unwrap_or_default();
    if entries.is_empty() && root.has("members") {
        root.missing("members");
    }
    let entry = |(word, node)| Entry { root, defaults, checks, waves: waves.as_deref(), word, node };
    let members = entries.iter().map(|(word, node)| (word, node)).map(entry);
    let members = members.filter_map(|entry| entry.read(name(root.desk, entry.word))).collect();
    if let Some(layer) = defaults.and_then(|item| Layer::open(item, STAND_IN, true)) {
        let namespace = layer.namespace();
        layer.urls();
        layer.steps(namespace.as_ref());
    }
    members
}

/// The names of the waves; `None` where one of them has a mistake, or there are none: then it
/// cannot be said which wave is unknown.
fn wave_names(root: &Reader<'_>) -> Option<Vec<String>> {
    let Value::List(waves) = &root.get("waves")?.node.value else { return None };
    let valid =
        |wave: &Node| wave.text_of("name").filter(|name| WaveName::from_str(name).is_ok()).map(str::to_owned);
    waves.iter().map(valid).collect::<Option<Vec<String>>>().filter(|names| !names.is_empty())
}

/// One entry of `members`, with what its reading needs.
struct Entry<'a> {
    root: &'a Reader<'a>,
    defaults: Option<Item<'a>>,
    checks: &'a Checks,
    waves: Option<&'a [String]>,
    word: &'a Word,
    node: &'a Node,
}

impl Entry<'_> {
    fn read(&self, name: Option<MemberName>) -> Option<Member> {
        let path = "members";
        let scope = self.scope(name.as_ref());
        let desk = self.root.desk;
        let item = Item { desk, node: self.node, key: &self.word.text, listed: false, path, scope };
        let reader = Reader::open(item, &keys::MEMBER, self.word.span)?;
        let own = Layer { reader };
        let defaults = self.defaults.and_then(|item| Layer::open(item, scope, false));
        let wave = own.reader.get("wave").and_then(|item| self.wave(item));
        let namespace = if own.reader.has("namespace") {
            own.namespace()
        } else if let Some(defaults) = defaults.as_ref().filter(|defaults| defaults.reader.has("namespace")) {
            defaults.namespace()
        } else {
            name.as_ref().and_then(|name| Namespace::from_str(name.as_str()).ok())
        };
        let urls = own.urls().or(defaults.as_ref().map(Layer::urls).unwrap_or_default());
        let has_url =
            |name: &str| own.has_url(name) || defaults.as_ref().is_some_and(|layer| layer.has_url(name));
        let steps = match (&own, &defaults) {
            (own, _) if own.reader.has("steps") => own.steps(namespace.as_ref()),
            (_, Some(defaults)) if defaults.reader.has("steps") => defaults.steps(namespace.as_ref()),
            _ => {
                own.reader.missing("steps");
                Vec::new()
            }
        };
        let checks = own.reader.list("checks", |item| self.check(item, has_url));
        let kubeconfig = own.reader.get("kubeconfig").and_then(file);
        let auth = own.reader.get("auth").and_then(auth);
        let (reference, redirector) = (own.reader.flag("reference"), own.reader.flag("redirector"));
        Some(Member {
            name: name?,
            wave: wave?,
            namespace: namespace?,
            reference,
            redirector,
            kubeconfig,
            auth,
            checks,
            urls,
            steps,
            place: desk.place(self.word.span),
        })
    }

    /// The names that are filled in; a stand-in for one that has a mistake of its own.
    fn scope(&self, name: Option<&MemberName>) -> Scope<'_> {
        let wave = self.node.text_of("wave").filter(|wave| WaveName::from_str(wave).is_ok());
        match name {
            Some(_) => Scope::Member { member: &self.word.text, wave: wave.unwrap_or("wave") },
            None => STAND_IN,
        }
    }

    fn wave(&self, item: Item<'_>) -> Option<WaveName> {
        let wave: WaveName = item.name()?;
        if let Some(waves) = self.waves.filter(|waves| !waves.iter().any(|known| known == wave.as_str())) {
            let near = nearest(wave.as_str(), waves.iter().map(String::as_str));
            let (value, known) = (wave.to_string(), waves.to_vec());
            item.desk.refuse(item.span(), |place| Error::UnknownValue {
                place,
                what: "wave",
                value,
                near,
                known,
            });
        }
        Some(wave)
    }

    fn check(&self, item: Item<'_>, has_url: impl Fn(&str) -> bool) -> Option<Check> {
        let check = self.checks.find(item)?;
        let missing = check.kind.needs_url().filter(|url| !has_url(url));
        if let Some(url) = missing {
            let (member, check) = (self.word.text.clone(), check.name.clone());
            item.desk.refuse(item.span(), |place| Error::MissingUrl { place, member, check, url });
        }
        Some(check)
    }
}

/// The keys that stand in `defaults` as well as in a member.
struct Layer<'a> {
    reader: Reader<'a>,
}

impl<'a> Layer<'a> {
    /// The defaults for one scope; their keys are judged once.
    fn open(item: Item<'a>, scope: Scope<'a>, judge: bool) -> Option<Self> {
        let item = Item { scope, ..item };
        let reader =
            if judge { item.table(&keys::DEFAULTS) } else { Reader::unjudged(item, &keys::DEFAULTS) };
        reader.map(|reader| Self { reader })
    }

    fn namespace(&self) -> Option<Namespace> {
        self.reader.get("namespace").and_then(Item::name)
    }

    fn urls(&self) -> Urls {
        let Some(reader) = self.reader.get("urls").and_then(|item| item.table(&keys::URLS)) else {
            return Urls::default();
        };
        Urls { binder: reader.get("binder").and_then(Item::url), hub: reader.get("hub").and_then(Item::url) }
    }

    /// Whether a URL is given; one with a mistake is not missing as well.
    fn has_url(&self, name: &str) -> bool {
        self.reader.get("urls").is_some_and(|urls| urls.node.text_of(name).is_some())
    }

    fn steps(&self, namespace: Option<&Namespace>) -> Vec<Step> {
        steps(&self.reader, namespace)
    }
}

fn auth(item: Item<'_>) -> Option<Auth> {
    let reader = item.table(&keys::AUTH)?;
    let Some(gke) = reader.get("gke").and_then(|item| item.table(&keys::GKE)) else {
        if !reader.has("gke") {
            reader.missing("gke");
        }
        return None;
    };
    let zone = gke.get("zone").and_then(Item::text);
    let key = gke.get("key").and_then(file);
    let (project, cluster) = (gke.get("project")?.text()?, gke.get("cluster")?.text()?);
    Some(Auth::Gke(Gke { project, cluster, zone, key }))
}
