// Package field computes the area from which a facility is reached in time: every place from which one walks straight to a road (at the
// off-road speed, at most the cap) and along it, or straight to the facility.
package field
