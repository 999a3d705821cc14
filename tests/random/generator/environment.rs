//! The environment file of a project.

use fastrand::Rng;

use super::attributes::{self, Attribute};
use super::classes::Writer;
use super::world::{Host, Mistake, Root, World};

/// The text of the environment file. `attributes` are those of each root component.
pub fn text(writer: &mut Writer<'_>, attributes: &[Vec<Attribute>]) -> String {
    let world = writer.world;
    let mut text = String::from("[environment]\nconnect_method = local\n");
    if writer.one_in(3) {
        text.push_str("host_domain = example.test\n");
    }
    if writer.one_in(4) {
        text.push_str("platform = debian\n");
    }
    if writer.one_in(6) {
        text.push_str("branch = stable\n");
    }
    let short: Vec<bool> = world.hosts.iter().map(|host| is_short(writer.rng, host)).collect();
    let unknown =
        if writer.makes(Mistake::MissingComponent) { Some(writer.rng.usize(..world.hosts.len())) } else { None };
    let lists: Vec<Vec<String>> =
        (0..world.hosts.len()).map(|number| component_list(world, number, unknown == Some(number))).collect();
    text.push_str("\n[hosts]\n");
    for (number, host) in world.hosts.iter().enumerate().filter(|(number, _)| short[*number]) {
        if lists[number].is_empty() {
            continue;
        }
        let mark = if host.is_ignored { "!" } else { "" };
        text.push_str(&format!("{mark}{} = {}\n", host.name, joined(writer.rng, &lists[number])));
    }
    for (number, host) in world.hosts.iter().enumerate().filter(|(number, _)| !short[*number]) {
        if !lists[number].is_empty() {
            text.push_str(&long_host(writer.rng, host, &lists[number]));
        }
    }
    text.push_str(&resolver(world));
    if writer.maps_data {
        text.push_str("\n[vfs]\nsandbox = Map\n/data = @SANDBOX@/outside/mapped\n");
    } else if writer.is_sandboxed {
        text.push_str("\n[vfs]\nsandbox = Developer\n");
    }
    for (root, attributes) in world.roots.iter().zip(attributes) {
        text.push_str(&overrides(writer, root, attributes));
    }
    if writer.makes(Mistake::SuperfluousSection) {
        text.push_str("\n[nonsense]\nkey = value\n");
    }
    if writer.makes(Mistake::SuperfluousComponent) {
        text.push_str("\n[component:nobody]\nkey = value\n");
    }
    text
}

fn is_short(rng: &mut Rng, host: &Host) -> bool {
    host.platform.is_none() && host.data.is_empty() && rng.bool()
}

fn component_list(world: &World, host: usize, has_unknown: bool) -> Vec<String> {
    let mut list = Vec::new();
    for root in world.roots.iter().filter(|root| root.hosts.contains(&host)) {
        let mark = if root.is_ignored { "!" } else { "" };
        let name = root.class.to_lowercase();
        if root.features.is_empty() {
            list.push(format!("{mark}{name}"));
        }
        list.extend(root.features.iter().map(|feature| format!("{mark}{name}:{feature}")));
    }
    if has_unknown {
        list.push("unknowncomponent".into());
    }
    list
}

fn joined(rng: &mut Rng, list: &[String]) -> String {
    if rng.bool() { list.join(", ") } else { format!("\n    {}", list.join("\n    ")) }
}

fn long_host(rng: &mut Rng, host: &Host, list: &[String]) -> String {
    let mut text = format!("\n[host:{}]\ncomponents = {}\n", host.name, joined(rng, list));
    if let Some(platform) = host.platform {
        text.push_str(&format!("platform = {platform}\n"));
    }
    if host.is_ignored {
        text.push_str("ignore = True\n");
    }
    for (key, value) in &host.data {
        text.push_str(&format!("data-{key} = {value}\n"));
    }
    text
}

fn resolver(world: &World) -> String {
    let lines =
        world.hosts.iter().enumerate().map(|(number, host)| {
            format!("{} =\n    10.0.0.{}\n    2001:db8::{}\n", host.name, number + 1, number + 1)
        });
    format!("\n[resolver]\n{}", lines.collect::<String>())
}

fn overrides(writer: &mut Writer<'_>, root: &Root, attributes: &[Attribute]) -> String {
    let hosts = writer.hosts.clone();
    let mut lines = Vec::new();
    for attribute in attributes {
        let is_left_out = attribute.is_required && writer.makes(Mistake::RequiredAttribute);
        if !is_left_out && (attribute.is_required || writer.one_in(3)) {
            let is_wrong = !attribute.is_plain && writer.makes(Mistake::OverrideWrong);
            let value = if is_wrong {
                attributes::wrong_override_for(writer.rng, attribute)
            } else {
                attributes::override_for(writer.rng, attribute, &hosts)
            };
            lines.push(format!("{} = {value}\n", attribute.name));
        }
    }
    if writer.makes(Mistake::OverrideUnknown) {
        lines.push("nobody_has_this = 1\n".into());
        lines.push("nor_this = 2\n".into());
    }
    if lines.is_empty() {
        String::new()
    } else {
        format!("\n[component:{}]\n{}", root.class.to_lowercase(), lines.concat())
    }
}
