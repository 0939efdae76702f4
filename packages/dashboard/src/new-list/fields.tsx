import { LIST_FIELDS, type ListField } from './list-fields.ts';
import { FIELDS } from '../texts/new-list.ts';

type Values = Readonly<Record<string, string>>;

interface Props {
  values: Values;
  /** The options that the text has: there they count. */
  inText: Readonly<Record<string, unknown>>;
  /** The error of an option, by name. */
  faults: ReadonlyMap<string, string>;
  onValue: (name: string, value: string) => void;
}

/** The options of the list as fields. */
export function Fields({ values, inText, faults, onValue }: Props) {
  return (
    <fieldset class="fields">
      <legend>{FIELDS.options}</legend>
      {LIST_FIELDS.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          own={Object.hasOwn(inText, field.name)}
          fault={faults.get(field.name) ?? ''}
          onValue={(value) => onValue(field.name, value)}
        />
      ))}
    </fieldset>
  );
}

interface FieldProps {
  field: ListField;
  value: string;
  /** The text has this option. */
  own: boolean;
  fault: string;
  onValue: (value: string) => void;
}

function Field({ field: { name, label, kind, hint, choices = [] }, value, own, fault, onValue }: FieldProps) {
  const id = `option-${name}`;
  const shared = {
    id,
    disabled: own,
    'aria-invalid': fault !== '',
    'aria-describedby': `${id}-fault`,
  } as const;
  const chosen = value || choices[0]?.[0];
  const input = () => {
    switch (kind) {
      case 'check':
        return (
          <input
            {...shared}
            type="checkbox"
            checked={value === 'true'}
            onChange={(event) => onValue(String(event.currentTarget.checked))}
          />
        );
      case 'choice':
        return (
          <select {...shared} value={chosen} onChange={(event) => onValue(event.currentTarget.value)}>
            {choices.map(([each, words]) => (
              <option value={each} selected={each === chosen}>
                {words}
              </option>
            ))}
          </select>
        );
      case 'several':
        return (
          <textarea
            {...shared}
            rows={2}
            spellcheck={false}
            placeholder={hint}
            value={value}
            onInput={(event) => onValue(event.currentTarget.value)}
          />
        );
      default:
        return (
          <input
            {...shared}
            inputMode={kind === 'number' ? 'numeric' : 'text'}
            placeholder={hint}
            value={value}
            onInput={(event) => onValue(event.currentTarget.value)}
          />
        );
    }
  };
  return (
    <div class={`field ${kind}`}>
      <label for={id}>{label}</label>
      {input()}
      <span id={`${id}-fault`} class={fault === '' ? 'muted' : 'bad'}>
        {own ? FIELDS.inText : fault}
      </span>
    </div>
  );
}

interface VariablesProps {
  names: readonly string[];
  values: Values;
  /** The values that the text has. */
  inText: Readonly<Record<string, unknown>>;
  onValue: (name: string, value: string) => void;
}

/** A field for each variable of the list. */
export function Variables({ names, values, inText, onValue }: VariablesProps) {
  if (names.length === 0) return null;
  return (
    <fieldset class="fields">
      <legend>{FIELDS.values}</legend>
      {names.map((name) => {
        const own = inText[name];
        const known = typeof own === 'string' ? own : own == null ? '' : JSON.stringify(own);
        return (
          <div class="field text" key={name}>
            <label for={`variable-${name}`}>{name}</label>
            <input
              id={`variable-${name}`}
              value={values[name] ?? ''}
              placeholder={known}
              required={known === ''}
              onInput={(event) => onValue(name, event.currentTarget.value)}
            />
          </div>
        );
      })}
    </fieldset>
  );
}
