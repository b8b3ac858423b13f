// Package coverage is the domain: administrative units, settlements with people, hosts and the service points standing in them,
// services, standards, targets and scenarios, and the analyses over them.
//
// It works in memory, takes a context and a progress function where work is long, and knows no SQL, HTTP or file format.
// Every analysis keeps one promise: covered + uncovered + unknown = total, in people and in settlements.
package coverage
