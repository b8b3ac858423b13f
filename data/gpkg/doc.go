// Package gpkg holds what any GeoPackage needs, whatever is in it: the binary geometry, the system tables, R-trees with their triggers,
// and a database driver that knows the functions which those triggers call. It follows OGC GeoPackage 1.3 (OGC 12-128r17) with the R-tree triggers of 1.4
// (OGC 12-128r19), which repair those before.
package gpkg
