//! The work on one host, up to a model that can be asked for, and what the host says from then on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Sender;

use batou_core::shipping::{FromController, FromTarget, Line, LineError, Sending, ShippingError, tree::Tree};

use super::{PlannedHost, Source};
use crate::events::Event;
use crate::remote::messages::{Answer, Request, Setup};
use crate::remote::program::Programs;
use crate::remote::protocol::{ChannelError, FromAgent, Inlet, Outlet, Place, Prepare, Refusal, ToAgent};
use crate::remote::transport::{ConnectError, Connected, Gates, Notice, SshOptions, connect, lost};

/// What the work on a host needs.
pub struct Side {
    /// How ssh is used.
    pub ssh: SshOptions,
    /// What is sent to hosts that lack it.
    pub programs: Programs,
    /// How many hosts are connected, and get the program, at once.
    pub gates: Gates,
    /// The repository.
    pub source: Source,
    /// What the directory on the host is, who deploys, and whether to start afresh.
    pub prepare: Prepare,
    /// What hosts configure; each is told its own name, and where its files are.
    pub setup: Setup,
    /// The directory of the project here.
    pub project: PathBuf,
    /// The project's packages.
    pub packages: Vec<SentPackage>,
}

/// A directory of the project's packages.
pub struct SentPackage {
    /// Where it is here.
    pub directory: PathBuf,
    /// Its name on hosts and its files, if it is not part of the project.
    pub outside: Option<(String, Tree)>,
}

/// Something that happened on a host.
pub enum Report {
    /// What is being done.
    Notice(Notice),
    /// What the host said beside the messages.
    Said(String),
    /// Its files are there, and it configures the model.
    Configuring {
        /// Where to ask for more.
        outlet: Outlet<ToAgent>,
    },
    /// Something happened there.
    Event(Event),
    /// What was asked for is done.
    Answer(Answer),
    /// A person is asked for a line.
    Ask(String),
    /// Nothing can be done on the host, or not any more; the last report.
    Failed(HostFailure),
    /// The connection ended as it should; the last report.
    Closed,
}

/// Why nothing can be done on a host.
#[derive(Debug)]
pub enum HostFailure {
    /// It cannot be reached, or not any more.
    Lost(ConnectError),
    /// It says no.
    Refused(Refusal),
    /// Something here cannot be sent.
    Unsendable(ShippingError),
}

impl From<ConnectError> for HostFailure {
    fn from(error: ConnectError) -> Self {
        Self::Lost(error)
    }
}

impl From<ChannelError> for HostFailure {
    fn from(error: ChannelError) -> Self {
        Self::Lost(lost(&error))
    }
}

/// The work on one host.
pub struct HostJob {
    /// Its place among the hosts.
    pub number: usize,
    /// The host.
    pub host: PlannedHost,
    /// What it needs.
    pub side: Arc<Side>,
    /// Where reports go.
    pub reports: Sender<(usize, Report)>,
}

impl HostJob {
    /// Does it, until the connection ends.
    pub fn run(self) {
        let connected = connect(&self.host.target, &self.side.ssh, &self.side.programs, &self.side.gates, &|notice| {
            self.report(Report::Notice(notice));
        });
        let connected = match connected {
            Ok(connected) => connected,
            Err(error) => return self.report(Report::Failed(error.into())),
        };
        let ended = self.prepare(&connected).and_then(|()| self.listen(&connected));
        let works = !matches!(ended, Err(HostFailure::Lost(_)));
        let said = connected.close(works);
        match ended {
            Err(HostFailure::Lost(error)) => self.report(Report::Failed(error.with_words(&said).into())),
            ended => {
                if !said.trim().is_empty() {
                    self.report(Report::Said(said));
                }
                match ended {
                    Err(failure) => self.report(Report::Failed(failure)),
                    Ok(()) => self.report(Report::Closed),
                }
            }
        }
    }

    fn report(&self, report: Report) {
        // A run that ended listens no more.
        let _ = self.reports.send((self.number, report));
    }

    fn prepare(&self, connected: &Connected) -> Result<(), HostFailure> {
        let (outlet, inlet) = (&connected.outlet, &connected.inlet);
        outlet.send(&ToAgent::Prepare(self.side.prepare.clone()))?;
        let project = match inlet.receive()? {
            FromAgent::Prepared(Ok(prepared)) => PathBuf::from(prepared.project),
            FromAgent::Prepared(Err(refusal)) => return Err(HostFailure::Refused(refusal)),
            _ => return Err(unexpected().into()),
        };
        self.report(Report::Notice(Notice::Step("updating the repository".to_owned())));
        ship(Place::Repository, outlet, inlet, &|line| self.side.source.send(line))?;
        let mut packages = Vec::new();
        for package in &self.side.packages {
            packages.push(match &package.outside {
                None => project.join(below(&package.directory, &self.side.project)),
                Some((name, tree)) => {
                    let place = Place::Package(name.clone());
                    PathBuf::from(ship(place, outlet, inlet, &|line| tree.send(line).map(drop))?)
                }
            });
        }
        let setup = Setup { host: self.host.name.clone(), project, packages, ..self.side.setup.clone() };
        outlet.send(&ToAgent::Request(Request::Configure(Box::new(setup))))?;
        self.report(Report::Configuring { outlet: outlet.clone() });
        Ok(())
    }

    fn listen(&self, connected: &Connected) -> Result<(), HostFailure> {
        loop {
            let message = connected.inlet.receive();
            let said = connected.said();
            if !said.is_empty() {
                self.report(Report::Said(said));
            }
            match message {
                Ok(FromAgent::Event(event)) => self.report(Report::Event(event)),
                Ok(FromAgent::Answer(answer)) => self.report(Report::Answer(answer)),
                Ok(FromAgent::Ask(prompt)) => self.report(Report::Ask(prompt)),
                Ok(_) => return Err(unexpected().into()),
                Err(ChannelError::Ended) if connected.outlet.is_closed() => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn below<'path>(directory: &'path Path, project: &Path) -> &'path Path {
    directory.strip_prefix(project).unwrap_or(directory)
}

fn unexpected() -> ChannelError {
    ChannelError::Garbage("it does not belong here".to_owned())
}

/// Has files sent, and gives where they are on the host.
fn ship(
    place: Place,
    outlet: &Outlet<ToAgent>,
    inlet: &Inlet<FromAgent>,
    send: &dyn Fn(&mut Sending<'_>) -> Result<(), ShippingError>,
) -> Result<String, HostFailure> {
    outlet.send(&ToAgent::Receive(place))?;
    let mut line = ShippingLine { outlet, inlet };
    let sent = send(&mut line);
    let sent = match sent {
        Err(ShippingError::Line(error)) => {
            return Err(match error.0.downcast::<ChannelError>() {
                Ok(error) => (*error).into(),
                Err(error) => ChannelError::Garbage(error.to_string()).into(),
            });
        }
        sent => sent,
    };
    match inlet.receive()? {
        FromAgent::Received(Ok(path)) => sent.map(|()| path).map_err(HostFailure::Unsendable),
        FromAgent::Received(Err(refusal)) => match sent {
            // What is wrong here is told from here.
            Err(error) if !matches!(error, ShippingError::Target(_)) => Err(HostFailure::Unsendable(error)),
            _ => Err(HostFailure::Refused(refusal)),
        },
        _ => Err(unexpected().into()),
    }
}

struct ShippingLine<'a> {
    outlet: &'a Outlet<ToAgent>,
    inlet: &'a Inlet<FromAgent>,
}

impl Line for ShippingLine<'_> {
    type Sent = FromController;
    type Received = FromTarget;

    fn send(&mut self, message: FromController) -> Result<(), LineError> {
        self.outlet.send(&ToAgent::Ship(message)).map_err(|error| LineError(Box::new(error)))
    }

    fn receive(&mut self) -> Result<FromTarget, LineError> {
        match self.inlet.receive() {
            Ok(FromAgent::Ship(message)) => Ok(message),
            Ok(_) => Err(LineError(Box::new(unexpected()))),
            Err(error) => Err(LineError(Box::new(error))),
        }
    }
}
