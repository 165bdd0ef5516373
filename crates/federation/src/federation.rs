//! The whole file.

use camino::{Utf8Path, Utf8PathBuf};
use semver::VersionReq;

use crate::desk::Desk;
use crate::item::Item;
use crate::model::{self, Check, Checks, Grafana, Image, Member, Notify, Secrets, Wave};
use crate::placeholder::Scope;
use crate::reader::Reader;
use crate::tree::{self, Broken, Span};
use crate::{Error, Errors, Notice, keys, rules};

/// A `federation.yaml`: every default applied, every placeholder filled in, every rule kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Federation {
    pub(crate) file: Utf8PathBuf,
    pub(crate) members: Vec<Member>,
    pub(crate) waves: Vec<Wave>,
    pub(crate) notices: Vec<Notice>,
    checks: Vec<Check>,
    helm: Option<VersionReq>,
    secrets: Secrets,
    grafana: Option<Grafana>,
    notify: Vec<Notify>,
    images: Vec<Image>,
}

impl Federation {
    /// Reads the text of `file`; nothing is opened.
    ///
    /// # Errors
    /// Every mistake that can be found, in the order of the places. A text that is not YAML, or
    /// has a key twice, ends the search at once.
    pub fn parse(file: &Utf8Path, text: &str) -> Result<Self, Errors> {
        let desk = Desk::new(file, text);
        let read = match tree::parse(text) {
            Ok(node) => read(&desk, &node),
            Err(broken) => return Err(syntax(&desk, broken).into()),
        };
        let (mistakes, notices) = desk.finish();
        match (Errors::of(mistakes), read) {
            (Some(errors), _) => Err(errors),
            (None, Some(federation)) => Ok(Self { file: file.to_owned(), notices, ..federation }),
            (None, None) => Err(not_a_table(file, text).into()),
        }
    }

    /// The file as it was named to [`parse`](Self::parse).
    #[must_use]
    pub fn file(&self) -> &Utf8Path {
        &self.file
    }

    /// The folder of the file: every path of the federation is relative to it.
    #[must_use]
    pub fn folder(&self) -> &Utf8Path {
        self.file.parent().unwrap_or_else(|| Utf8Path::new(""))
    }

    /// The members, in the order of the file.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The waves, in the order in which they are deployed.
    #[must_use]
    pub fn waves(&self) -> &[Wave] {
        &self.waves
    }

    /// The checks, also those that no member names.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The versions of Helm that may carry it out; none where any may that is known to work.
    #[must_use]
    pub fn helm(&self) -> Option<&VersionReq> {
        self.helm.as_ref()
    }

    /// How sealed files are opened.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// Where deployments are announced.
    #[must_use]
    pub fn grafana(&self) -> Option<&Grafana> {
        self.grafana.as_ref()
    }

    /// Who is told when a run ends. Not acted on yet.
    #[must_use]
    pub fn notify(&self) -> &[Notify] {
        &self.notify
    }

    /// User images that are built from this repository. Not acted on yet.
    #[must_use]
    pub fn images(&self) -> &[Image] {
        &self.images
    }

    /// The member whose versions the others must equal.
    #[must_use]
    pub fn reference(&self) -> Option<&Member> {
        self.members.iter().find(|member| member.reference)
    }

    /// The member that hosts the redirector.
    #[must_use]
    pub fn redirector(&self) -> Option<&Member> {
        self.members.iter().find(|member| member.redirector)
    }

    /// The keys of this file that no run acts on yet, in the order of the places.
    ///
    /// A run that ignored them would let an operator believe that they work: it is refused, each
    /// notice being an [`Error::NotYet`].
    #[must_use]
    pub fn not_yet(&self) -> &[Notice] {
        &self.notices
    }
}

fn read(desk: &Desk<'_>, node: &tree::Node) -> Option<Federation> {
    let item = Item { desk, node, key: "", listed: false, path: "", scope: Scope::Federation };
    if !matches!(node.value, tree::Value::Map(_)) {
        return None;
    }
    let root = Reader::open(item, &keys::FEDERATION, Span { start: 0, len: 0 })?;
    api_version(&root);
    let waves = model::waves(&root);
    let checks = Checks::read(&root);
    let members = model::members(&root, &checks);
    let helm = helm(&root);
    let secrets = model::secrets(&root);
    let grafana = model::grafana(&root);
    let notify = model::notify(&root);
    let images = model::images(&root);
    rules::judge(desk, &members, &waves, &secrets);
    Some(Federation {
        file: Utf8PathBuf::new(),
        members,
        waves,
        notices: Vec::new(),
        checks: checks.into_vec(),
        helm,
        secrets,
        grafana,
        notify,
        images,
    })
}

fn api_version(root: &Reader<'_>) {
    let Some(item) = root.get("apiVersion") else { return };
    let found = root.desk.source(item.span());
    if found != "1" {
        let found = format!("`{found}`");
        root.desk.refuse(item.span(), |place| Error::ApiVersion { place, found });
    }
}

fn helm(root: &Reader<'_>) -> Option<VersionReq> {
    let item = root.get("helm")?;
    let text = item.text()?;
    match VersionReq::parse(&text) {
        Ok(versions) => Some(versions),
        Err(_) => item.refuse("a range of versions", "write it like `>=3.19, <5` or `~4.3`"),
    }
}

fn syntax(desk: &Desk<'_>, broken: Broken) -> Error {
    let place = match broken.span {
        Some(span) => desk.place(span),
        None => desk.place_of_line(broken.line, broken.column),
    };
    let place = Box::new(place);
    match broken.duplicate {
        Some(key) => Error::DuplicateKey { place, key },
        None => Error::Syntax { place, why: broken.why },
    }
}

fn not_a_table(file: &Utf8Path, text: &str) -> Error {
    let desk = Desk::new(file, text);
    let place = Box::new(desk.place(Span { start: 0, len: 0 }));
    let means = keys::FEDERATION.key("apiVersion").map_or("", |key| key.means);
    Error::MissingKey { place, table: keys::FEDERATION.name, key: "apiVersion", means }
}
