// Package data keeps a project in one file that is at once a SQLite database and an OGC GeoPackage: planners open it in QGIS or ArcGIS
// as it is.
//
//	project, err := data.Open(ctx, "turpan.gpkg", data.Options{Create: true})
//	err = project.Update(ctx, data.Change{User: "li", What: "import of villages"}, func(tx *data.Tx) error {
//		return tx.PutSettlements(settlements)
//	})
//	county, err := project.County(ctx)
//
// Every change is one transaction and leaves its before and after, so that it can be undone. Readers see the last committed state, whole;
// any number of programs may read while one writes. The file is the truth: the compiled road graph beside it is only a cache.
package data
