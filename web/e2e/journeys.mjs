// What a planner does, step by step; figures are compared with the API, never with numbers written down here.
import * as look from './journeys/look.mjs'
import * as change from './journeys/change.mjs'
import * as near from './journeys/near.mjs'
import * as roads from './journeys/roads.mjs'
import * as plan from './journeys/plan.mjs'
import * as site from './journeys/site.mjs'
import * as pages from './journeys/pages.mjs'
import * as states from './journeys/states.mjs'

export const journeys = { ...look, ...change, ...near, ...roads, ...plan, ...site, ...pages, ...states }
