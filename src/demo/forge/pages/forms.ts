import { roleOf, type Repository } from '../state.ts';
import { html, type Html } from './html.ts';

/** Who acts: the people of the repository with what they may do. There is no sign-in; this is the practice forge. */
export function loginField(repository: Repository): Html {
  const logins = [...new Set([repository.owner.login, ...repository.roles.keys()])];
  const options = logins
    .filter((login) => roleOf(repository, login) !== 'none')
    .map((login) => html`<option value="${login}">${login} (${roleOf(repository, login)})</option>`);
  return html`<label>as <select name="login">${options}</select></label>`;
}
