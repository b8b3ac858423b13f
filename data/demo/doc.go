// Package demo invents a county: an arid oasis county of the size of a real one, with roads, villages, people, police posts, service
// points, advisers and the targets of the plan. Nothing in it exists; it carries the codes of no real county, lies in empty desert, and
// every file and project made from it says that it is synthetic.
//
// The county is made in four steps, each fed only by the ones before it: the lie of the land (land.go), its division into units
// (units.go), the roads (roads.go), and the people and services (people.go, hosts.go, services.go). [Invent] runs them; [Demo.Files]
// writes what a bureau would hand in; [Build] feeds those files through the importers into a project file.
//
// Positions inside the package are metres east and north of the middle of the county, held in orb.Point; they become WGS-84 only where
// something leaves the package. Everything is drawn from one fixed seed, a stream per step, so the same program gives the same bytes.
package demo
