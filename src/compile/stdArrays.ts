import { ofTexts, reading, type StandardHelpers } from './stdHelper';

export const STD_ARRAYS = {
  array_construct: reading(
    [],
    (given) => {
      const items = given.texts('inputs').join(', ');
      return items === '' ? `cast(array[] as ${given.text('data_type')}[])` : `array[${items}]`;
    },
    { inputs: [], data_type: 'integer' },
  ),
  array_append: ofTexts(['array', 'new_element'], (array, element) => `array_append(${array}, ${element})`),
  array_concat: ofTexts(['array_1', 'array_2'], (one, other) => `array_cat(${one}, ${other})`),
} satisfies StandardHelpers;
