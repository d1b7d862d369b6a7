// The actions behind the forms, one a page. Each does all of it or nothing, unless its notice says what was left.
#pragma once

#include "server/posts.h"

namespace tanmiao::server {

Result<Done> import_sheet_post(const Posted& posted);  // /import
Result<Done> lift_post(const Posted& posted);          // /suppressed
Result<Done> official_post(const Posted& posted);      // /official: a list, or the steps it proposes
Result<Done> settle_post(const Posted& posted);        // /conflicts
Result<Done> ruling_post(const Posted& posted);        // /review/item?source=&kind=&key=&slot=
Result<Done> undo_post(const Posted& posted);          // /review/decisions: takes a ruling back
Result<Done> leads_post(const Posted& posted);         // /leads: ticked firms of the candidate list
Result<Done> pool_post(const Posted& posted);          // /pool: ticked firms into a batch or out of it
Result<Done> entry_post(const Posted& posted);         // /pool/entry/FIRM?track=: cells or a step
Result<Done> open_batch_post(const Posted& posted);    // /batches
Result<Done> batch_post(const Posted& posted);         // /batches/ID: state or members
Result<Done> keep_post(const Posted& posted);          // /saved: the search of the page it came from
Result<Done> drop_post(const Posted& posted);          // /saved/NAME: runs it no more
Result<Done> firm_post(const Posted& posted);          // /firm/FIRM/people: visit, correction, lead, taken out

// Of a form's list "firm" (codes or numbers). Errors: kUsage when none is ticked, kNotFound.
Result<std::vector<store::FirmNo>> ticked_firms(const Posted& posted, const World& world);

}  // namespace tanmiao::server
