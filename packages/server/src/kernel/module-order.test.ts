import { describe, expect, it } from 'vitest';
import { defineModule, type Module } from './module.ts';
import { orderModules } from './module-order.ts';

const module = (name: string, needs: Record<string, Module> = {}): Module =>
  defineModule({ name, needs, setup: () => undefined });

describe('orderModules', () => {
  it('puts each after those that it needs, and else keeps the order given', () => {
    const a = module('a');
    const b = module('b', { a });
    const c = module('c', { b, a });
    const d = module('d');
    expect(orderModules([d, c, a, b]).map(({ name }) => name)).toEqual(['d', 'a', 'b', 'c']);
  });

  it('names a circle', () => {
    const needs: Record<string, Module> = {};
    const a = module('a', needs);
    const b = module('b', { a });
    needs.b = b;
    expect(() => orderModules([a, b])).toThrow('Modules need each other in a circle: a → b → a');
  });

  it('names a module that needs itself', () => {
    const needs: Record<string, Module> = {};
    const a = module('a', needs);
    needs.a = a;
    expect(() => orderModules([a])).toThrow('a → a');
  });

  it('names a need that is not there', () => {
    expect(() => orderModules([module('b', { a: module('a') })])).toThrow('The module b needs a, which is not enabled');
  });

  it('does not take another module of the same name for the one that is needed', () => {
    const stranger = module('a');
    expect(() => orderModules([stranger, module('b', { a: module('a') })])).toThrow('The module b needs a');
  });

  it('names a name that is there twice', () => {
    expect(() => orderModules([module('a'), module('a')])).toThrow('There are two modules of the name a');
  });
});
