//! The model of an environment on one of its hosts.

use rustpython_vm::{PyResult, VirtualMachine};

use super::super::messages::{Answer, Configured, Root as RootFacts, Setup};
use super::super::settings;
use super::failures::{answer, failure};
use crate::deploy::{Environment, EnvironmentOptions, Failures, Root};
use crate::events::{Action, SkipReason};
use crate::report::Reporter;

/// A configured model.
pub(super) struct Session<'vm> {
    setup: &'vm Setup,
    reporter: &'vm Reporter,
    environment: Environment<'vm>,
    roots: Vec<Root<'vm>>,
    vm: &'vm VirtualMachine,
}

impl<'vm> Session<'vm> {
    /// Loads and configures the model. What is wrong with it is in the answer; then there is no session.
    pub(super) fn begin(
        setup: &'vm Setup,
        reporter: &'vm Reporter,
        vm: &'vm VirtualMachine,
    ) -> (Answer, Option<Session<'vm>>) {
        match Self::try_begin(setup, reporter, vm) {
            Ok((configured, session)) => (Answer::Configured(configured), session),
            Err(exception) => (answer(&exception, setup, reporter, vm), None),
        }
    }

    fn try_begin(
        setup: &'vm Setup,
        reporter: &'vm Reporter,
        vm: &'vm VirtualMachine,
    ) -> PyResult<(Configured, Option<Session<'vm>>)> {
        let project = setup.project.to_string_lossy();
        let environment = Environment::new(
            &EnvironmentOptions {
                name: &setup.environment,
                project: &project,
                timeout: setup.timeout,
                platform: setup.platform.as_deref(),
                provision_rebuild: false,
                creates_machines: false,
            },
            vm,
        )?;
        environment.protect_output()?;
        settings::apply_names(&setup.settings, &environment, vm)?;
        environment.load()?;
        settings::apply(&setup.settings, &environment, vm)?;
        if environment.errors()?.is_empty() {
            if setup.action == Action::Deployment {
                environment.allow_changes_here()?;
            }
            environment.configure()?;
        }
        let mut session = Session { setup, reporter, environment, roots: Vec::new(), vm };
        let errors = session.environment.errors()?;
        if !errors.is_empty() {
            let shown = Failures { reporter, debug: setup.debug, vm }.sorted(errors)?;
            let failures = shown.iter().map(|error| failure(error, setup, reporter, vm)).collect();
            return Ok((Configured { failures, roots: Vec::new() }, None));
        }
        let roots = session.find_roots()?;
        Ok((Configured { failures: Vec::new(), roots }, Some(session)))
    }

    fn find_roots(&mut self) -> PyResult<Vec<RootFacts>> {
        let graph = self.environment.root_dependencies()?;
        let number_of = |wanted: &Root<'_>| graph.iter().position(|(root, _)| root.id() == wanted.id());
        let mut roots = Vec::new();
        for (root, before) in &graph {
            roots.push(RootFacts {
                host: root.host_name()?,
                component: root.name()?,
                skipped: if root.is_host_ignored()? {
                    Some(SkipReason::HostIgnored)
                } else if root.is_ignored()? {
                    Some(SkipReason::ComponentIgnored)
                } else {
                    None
                },
                before: before.iter().filter_map(number_of).collect(),
            });
        }
        for (root, _) in graph {
            if root.host_name()? == self.setup.host {
                self.roots.push(root);
            }
        }
        Ok(roots)
    }

    /// Verifies and updates a root component of this host.
    pub(super) fn deploy(&self, component: &str) -> Answer {
        match self.try_deploy(component) {
            Ok(changed) => Answer::Deployed { changed },
            Err(exception) => answer(&exception, self.setup, self.reporter, self.vm),
        }
    }

    fn try_deploy(&self, component: &str) -> PyResult<bool> {
        for root in &self.roots {
            if root.name()? == component {
                return root.deploy(self.setup.action == Action::Prediction);
            }
        }
        Err(self.vm.new_key_error(self.vm.ctx.new_str(format!("{component} is no component of this host")).into()))
    }
}
