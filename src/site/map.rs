//! The map of processes as an SVG: phases are columns, processes are nodes with links, next steps are edges.
//!
//! An edge that passes columns goes through a narrow lane in each of them, which all edges to the same process share. Nodes and lanes of a column
//! are ordered by the means of their neighbours, a few times there and back, which leaves few edges that cross.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Site;
use super::view::{Maker, wrapped};
use crate::book::catalog::{NameKind, Processes};
use crate::source::provenance::Sourced;
use crate::text::escape::escaped;
use crate::text::path::RelPath;

/// More processes than this are a list and no map: nobody reads it.
const MOST: usize = 300;

/// Sizes, in the units of the drawing, which are pixels where nothing scales it.
const WIDTH: usize = 184;
const GAP: usize = 56;
const NODE: usize = 58;
const LANE: usize = 10;
const BETWEEN: usize = 14;
const HEAD: usize = 44;
/// How many columns of letters a line of a label has, and how many lines.
const LETTERS: usize = 22;
const LINES: usize = 3;
/// How often the order of each column is made better.
const SWEEPS: usize = 24;

/// What stands in a column: a process, or the lane of edges that lead to one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Slot {
    Process(usize),
    Lane(usize),
}

/// Columns of slots, and the pairs of slots that edges join.
struct Layout {
    columns: Vec<Vec<Slot>>,
    column_of: Vec<usize>,
    /// From a slot of a column to one of the next, both by what they are.
    joined: Vec<(usize, Slot, Slot)>,
}

impl Layout {
    fn new(processes: &Processes) -> Self {
        let column_of: Vec<usize> =
            processes.all.iter().map(|process| processes.phases.iter().position(|phase| *phase == process.phase).unwrap_or(0)).collect();
        let mut columns: Vec<Vec<Slot>> = vec![Vec::new(); processes.phases.len()];
        for (index, column) in column_of.iter().enumerate() {
            columns[*column].push(Slot::Process(index));
        }
        let mut joined = Vec::new();
        for (from, to) in edges(processes) {
            let (first, last) = (column_of[from].min(column_of[to]), column_of[from].max(column_of[to]));
            if first == last {
                continue;
            }
            let (left, right) = if column_of[from] == first { (from, to) } else { (to, from) };
            let mut slot = Slot::Process(left);
            for (column, slots) in columns.iter_mut().enumerate().take(last).skip(first + 1) {
                let lane = Slot::Lane(to);
                if !slots.contains(&lane) {
                    slots.push(lane);
                }
                joined.push((column - 1, slot, lane));
                slot = lane;
            }
            joined.push((last - 1, slot, Slot::Process(right)));
        }
        joined.sort_unstable();
        joined.dedup();
        let mut layout = Self { columns, column_of, joined };
        layout.order();
        layout
    }

    /// Puts the slots of each column into the order in which the fewest edges cross that was met.
    fn order(&mut self) {
        let mut best = self.columns.clone();
        let mut fewest = self.crossings();
        for sweep in 0..SWEEPS {
            let count = self.columns.len();
            for step in 0..count {
                let column = if sweep % 2 == 0 { step } else { count - 1 - step };
                self.order_column(column, sweep % 2 == 0);
            }
            let crossings = self.crossings();
            if crossings < fewest {
                (best, fewest) = (self.columns.clone(), crossings);
            }
        }
        self.columns = best;
    }

    /// Orders a column by the means of its neighbours on one side, and on the other where it has none there.
    fn order_column(&mut self, column: usize, looks_left: bool) {
        let place = |column: usize, slot: Slot| {
            let slots = &self.columns[column];
            let at = slots.iter().position(|other| *other == slot).unwrap_or(0);
            // In thousandths, so that long columns and short ones compare.
            at * 1000 / slots.len().max(1)
        };
        let mut keys: BTreeMap<Slot, usize> = BTreeMap::new();
        for (own, slot) in self.columns[column].iter().enumerate() {
            let left: Vec<usize> =
                self.joined.iter().filter(|(at, _, to)| at + 1 == column && to == slot).map(|(at, from, _)| place(*at, *from)).collect();
            let right: Vec<usize> =
                self.joined.iter().filter(|(at, from, _)| *at == column && from == slot).map(|(at, _, to)| place(at + 1, *to)).collect();
            let (first, second) = if looks_left { (left, right) } else { (right, left) };
            let near = if first.is_empty() { second } else { first };
            let own = own * 1000 / self.columns[column].len().max(1);
            keys.insert(*slot, if near.is_empty() { own } else { near.iter().sum::<usize>() / near.len() });
        }
        self.columns[column].sort_by_key(|slot| keys.get(slot).copied().unwrap_or(0));
    }

    /// How many pairs of edges cross.
    fn crossings(&self) -> usize {
        let mut count = 0;
        for column in 0..self.columns.len().saturating_sub(1) {
            let place = |column: usize, slot: Slot| self.columns[column].iter().position(|other| *other == slot).unwrap_or(0);
            let mut ends: Vec<(usize, usize)> =
                self.joined.iter().filter(|(at, _, _)| *at == column).map(|(at, from, to)| (place(*at, *from), place(at + 1, *to))).collect();
            ends.sort_unstable();
            for (index, (from, to)) in ends.iter().enumerate() {
                count += ends[index + 1..].iter().filter(|(other_from, other_to)| from < other_from && to > other_to).count();
            }
        }
        count
    }

    /// The height of each slot's middle, and that of the drawing.
    fn heights(&self) -> (BTreeMap<(usize, Slot), usize>, usize) {
        let height = |slot: &Slot| if matches!(slot, Slot::Process(_)) { NODE } else { LANE };
        let total = |slots: &Vec<Slot>| slots.iter().map(|slot| height(slot) + BETWEEN).sum::<usize>();
        let tallest = self.columns.iter().map(total).max().unwrap_or(0);
        let mut middles = BTreeMap::new();
        for (column, slots) in self.columns.iter().enumerate() {
            let mut y = HEAD + (tallest - total(slots)) / 2;
            for slot in slots {
                middles.insert((column, *slot), y + height(slot) / 2);
                y += height(slot) + BETWEEN;
            }
        }
        (middles, HEAD + tallest)
    }
}

fn edges(processes: &Processes) -> impl Iterator<Item = (usize, usize)> {
    processes.all.iter().enumerate().flat_map(|(from, process)| process.next.iter().map(move |to| (from, *to)))
}

/// The left edge of a column.
fn left(column: usize) -> usize {
    GAP / 2 + column * (WIDTH + GAP)
}

/// Draws the map; `None` where there is nothing to draw, or too much.
pub(super) fn draw(site: &Site, output: &RelPath) -> Sourced<Option<String>> {
    let processes = &site.catalog.processes;
    if processes.all.len() < 2 || processes.all.len() > MOST {
        return Sourced::constant(None);
    }
    let layout = Layout::new(processes);
    let (middles, height) = layout.heights();
    let mut maker = Maker::new(site, output);
    let width = processes.phases.len() * (WIDTH + GAP);
    let mut svg = format!(
        "<svg class=\"map\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"Map of the processes\">\n<defs><marker id=\"map-end\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0.8 7.2 4 0 7.2z\"/></marker></defs>\n"
    );
    for (column, phase) in processes.phases.iter().enumerate() {
        let link = maker.name(NameKind::Phase, *phase);
        let (x, text) = (left(column), escaped(&link.title));
        let _ = writeln!(svg, "<rect class=\"map-column\" x=\"{}\" y=\"0\" width=\"{}\" height=\"{height}\" rx=\"8\"/>", x - 12, WIDTH + 24);
        let label = format!("<text class=\"map-phase\" x=\"{}\" y=\"24\">{text}</text>", x + WIDTH / 2);
        let _ = if link.href.is_empty() { writeln!(svg, "{label}") } else { writeln!(svg, "<a href=\"{}\">{label}</a>", escaped(&link.href)) };
    }
    svg.push_str("<g aria-hidden=\"true\">\n");
    for (from, to) in edges(processes) {
        let path = edge(&layout, &middles, from, to);
        let class = if layout.column_of[from] > layout.column_of[to] { "map-edge is-back" } else { "map-edge" };
        let _ = writeln!(svg, "<path class=\"{class}\" d=\"{path}\" marker-end=\"url(#map-end)\"/>");
    }
    svg.push_str("</g>\n");
    for (column, slots) in layout.columns.iter().enumerate() {
        for slot in slots {
            let Slot::Process(index) = slot else { continue };
            let Some(middle) = middles.get(&(column, *slot)) else { continue };
            let link = maker.page(processes.all[*index].page);
            let (x, y) = (left(column), middle - NODE / 2);
            let lines = wrapped(&link.title, LETTERS, LINES);
            let _ = write!(
                svg,
                "<a href=\"{}\"><title>{}</title><rect class=\"map-node\" x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{NODE}\" rx=\"6\"/><text>",
                escaped(&link.href),
                escaped(&link.title)
            );
            let first = middle + 4 - (lines.len() - 1) * 8;
            for (number, line) in lines.iter().enumerate() {
                let _ = write!(svg, "<tspan x=\"{}\" y=\"{}\">{}</tspan>", x + 12, first + number * 16, escaped(line));
            }
            svg.push_str("</text></a>\n");
        }
    }
    svg.push_str("</svg>\n");
    maker.sourced(Some(svg))
}

/// The line from one process to another.
fn edge(layout: &Layout, middles: &BTreeMap<(usize, Slot), usize>, from: usize, to: usize) -> String {
    let (start, end) = (layout.column_of[from], layout.column_of[to]);
    let y_of = |column: usize, slot: Slot| middles.get(&(column, slot)).copied().unwrap_or(0);
    let (y, last) = (y_of(start, Slot::Process(from)), y_of(end, Slot::Process(to)));
    if start == end {
        // Around the right side of the column.
        let (x, out) = (left(start) + WIDTH, left(start) + WIDTH + GAP / 2);
        return format!("M{x} {y}C{out} {y} {out} {last} {} {last}", x + 2);
    }
    let is_forward = start < end;
    let (mut x, side) = if is_forward { (left(start) + WIDTH, 0) } else { (left(start), WIDTH) };
    let mut y = y;
    let mut path = format!("M{x} {y}");
    let columns: Vec<usize> = if is_forward { (start + 1..=end).collect() } else { (end..start).rev().collect() };
    for column in columns {
        let is_last = column == end;
        let next = if is_last { last } else { y_of(column, Slot::Lane(to)) };
        let into = left(column) + side;
        let middle = usize::midpoint(x, into);
        let _ = write!(path, "C{middle} {y} {middle} {next} {} {next}", if is_last && is_forward { into - 1 } else { into });
        if !is_last {
            // Through the lane.
            let out = left(column) + WIDTH - side;
            let _ = write!(path, "L{out} {next}");
            x = out;
        }
        y = next;
    }
    path
}
